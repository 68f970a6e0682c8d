/** Hands the report that the page carries to the reader as a file. */

/** Makes the button save what the element holds. */
export function download(button: HTMLButtonElement | null, source: Element | null): void {
  if (!button || !source) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([source.textContent ?? ''], { type: 'application/json' }));
    link.download = 'report.json';
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
