/** XML elements, and functions to read them. */

/** An element with its text and its children in order. */
export interface XmlElement {
  /** Local name. */
  readonly name: string;
  /** Text directly inside the element, with entities decoded. */
  text: string;
  readonly children: XmlElement[];
  /** The rest of the tag after the name, unparsed; absent when empty. */
  readonly attributes?: string;
}

/** The text of the first child with a name, if there is one. */
export function childText(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text;
}

/** The first child with a name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** All children with a name. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}
