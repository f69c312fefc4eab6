package dev.holdfast.s3gateway.xml;

import java.util.List;
import java.util.Optional;

/** An element as read: its local name, its own text, its children in order. */
public record XmlElement(String name, String text, List<XmlElement> children) {
  public XmlElement {
    children = List.copyOf(children);
  }

  /** Children of a name. */
  public List<XmlElement> all(String child) {
    return children.stream().filter(c -> c.name().equals(child)).toList();
  }

  /** Text of the first child of a name. */
  public Optional<String> find(String child) {
    return children.stream().filter(c -> c.name().equals(child)).findFirst().map(XmlElement::text);
  }
}
