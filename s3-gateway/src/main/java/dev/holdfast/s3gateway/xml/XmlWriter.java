package dev.holdfast.s3gateway.xml;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes one S3 document. Not thread-safe. */
public final class XmlWriter {
  private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

  private final StringBuilder text = new StringBuilder(1024);
  private final Deque<String> open = new ArrayDeque<>();

  private XmlWriter(String root, String attributes) {
    text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text.append('<').append(root).append(attributes).append('>');
    open.push(root);
  }

  /** Starts a document in S3's namespace. */
  public static XmlWriter document(String root) {
    return new XmlWriter(root, " xmlns=\"" + NAMESPACE + "\"");
  }

  /** Starts a document without a namespace, as errors are. */
  public static XmlWriter bareDocument(String root) {
    return new XmlWriter(root, "");
  }

  public XmlWriter open(String element) {
    text.append('<').append(element).append('>');
    open.push(element);
    return this;
  }

  public XmlWriter close() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  public XmlWriter element(String element, String value) {
    text.append('<').append(element).append('>');
    escape(value);
    text.append("</").append(element).append('>');
    return this;
  }

  public XmlWriter element(String element, long value) {
    return element(element, Long.toString(value));
  }

  public XmlWriter element(String element, boolean value) {
    return element(element, Boolean.toString(value));
  }

  /** Text of the element that is open. */
  public XmlWriter text(String value) {
    escape(value);
    return this;
  }

  /** Closes what is open and gives the document. */
  public String finish() {
    while (!open.isEmpty()) {
      var _ = close();
    }
    return text.toString();
  }

  private void escape(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        default -> {
          boolean control = c < 0x20 && c != '\t' && c != '\n';
          if (control || c == 0xfffe || c == 0xffff) {
            // XML 1.0 has no way to say these; S3 writes a reference too and offers
            // encoding-type=url.
            text.append("&#x").append(Integer.toHexString(c)).append(';');
          } else {
            text.append(c);
          }
        }
      }
    }
  }
}
