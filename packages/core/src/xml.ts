/** Reads the XML of services, for providers whose cloud speaks it. */
export { attributeOf, escapeXml, readXml } from './xml/read-xml.ts';
export { childOf, childrenOf, childText, type XmlElement } from './xml/xml-element.ts';
export type { Records } from './xml/xml-records.ts';
