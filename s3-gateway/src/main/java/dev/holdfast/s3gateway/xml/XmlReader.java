package dev.holdfast.s3gateway.xml;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a client's document: no document type, no entities, bounded depth and count. Thread-safe.
 */
public final class XmlReader {
  private static final int MAX_DEPTH = 16;

  /** 10,000 parts of at most 8 elements, with room. */
  private static final int MAX_ELEMENTS = 100_000;

  private static final XMLInputFactory FACTORY = factory();

  private final XMLStreamReader reader;
  private int elements;

  private XmlReader(XMLStreamReader reader) {
    this.reader = reader;
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    return factory;
  }

  /**
   * Reads a document.
   *
   * @param root name that its root must have
   * @throws S3Exception MalformedXML for anything else
   */
  public static XmlElement read(byte[] document, String root) {
    try {
      XMLStreamReader stream =
          FACTORY.createXMLStreamReader(new ByteArrayInputStream(document), "UTF-8");
      try {
        XmlElement element = new XmlReader(stream).document();
        if (element.name().equals(root)) {
          return element;
        }
      } finally {
        stream.close();
      }
    } catch (XMLStreamException e) {
      // Told below, without the parser's words: they may quote what an attacker chose.
    }
    throw malformed();
  }

  /** The answer to a document that cannot be understood. */
  public static S3Exception malformed() {
    return new S3Exception(
        S3ErrorCode.MALFORMED_XML,
        "The XML you provided was not well-formed or did not validate against our published"
            + " schema.");
  }

  private XmlElement document() throws XMLStreamException {
    while (reader.hasNext()) {
      int event = reader.next();
      if (event == XMLStreamConstants.DTD) {
        throw malformed();
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        XmlElement root = element(1);
        while (reader.hasNext()) {
          var _ = reader.next();
        }
        return root;
      }
    }
    throw malformed();
  }

  private XmlElement element(int depth) throws XMLStreamException {
    if (depth > MAX_DEPTH || ++elements > MAX_ELEMENTS) {
      throw malformed();
    }
    String name = reader.getLocalName();
    StringBuilder text = new StringBuilder();
    List<XmlElement> children = new ArrayList<>();
    while (true) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> children.add(element(depth + 1));
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          return new XmlElement(name, text.toString(), children);
        }
        case XMLStreamConstants.COMMENT, XMLStreamConstants.PROCESSING_INSTRUCTION -> {}
        default -> throw malformed();
      }
    }
  }
}
