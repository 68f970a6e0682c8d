/** What reading XML gives: elements, and how to look into them. */

/** An element: its text when it has no children, else its children in order. */
export interface XmlElement {
  /** Local name. */
  readonly name: string;
  /** Text directly inside, entities decoded. */
  text: string;
  readonly children: XmlElement[];
  /** What stands in the tag after the name, as it came; absent when nothing does. */
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
