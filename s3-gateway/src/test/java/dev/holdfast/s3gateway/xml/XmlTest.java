package dev.holdfast.s3gateway.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents written and read, and the ones that attackers send. */
class XmlTest {
  private static XmlElement read(String document) {
    return XmlReader.read(document.getBytes(StandardCharsets.UTF_8), "Delete");
  }

  @Test
  void escapesWhatMarkupAndLineEndsWouldEat() {
    assertThat(XmlWriter.bareDocument("A").element("B", "<&>\"'\r\n\t\u0001é\uD83D\uDE00").finish())
        .isEqualTo(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<A><B>&lt;&amp;&gt;&quot;'&#xd;\n\t&#x1;é\uD83D\uDE00</B></A>");
  }

  @Test
  void readsElementsOfAnyNamespace() {
    XmlElement root =
        read(
            "<?xml version='1.0'?><x:Delete xmlns:x='http://s3.amazonaws.com/doc/2006-03-01/'>"
                + "<!-- c --><x:Object><x:Key>a&amp;b<![CDATA[<c>]]>&#233;</x:Key></x:Object>"
                + "<Quiet>true</Quiet></x:Delete>");

    assertThat(root.find("Quiet")).contains("true");
    assertThat(root.all("Object").getFirst().find("Key")).contains("a&b<c>é");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<",
        "<Delete>",
        "<Other/>",
        "<Delete/><Delete/>",
        "<!DOCTYPE Delete><Delete/>",
        "<!DOCTYPE Delete [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><Delete>&e;</Delete>",
        "<!DOCTYPE Delete [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><Delete>&b;</Delete>",
        "<Delete>&undefined;</Delete>"
      })
  void refusesWhatIsMalformedOrDangerous(String document) {
    assertThatThrownBy(() -> read(document))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.code()).isEqualTo(S3ErrorCode.MALFORMED_XML));
  }

  @Test
  void refusesDeepAndManyElements() {
    assertThatThrownBy(() -> read("<Delete>" + "<a>".repeat(50) + "</a>".repeat(50) + "</Delete>"))
        .isInstanceOf(S3Exception.class);
    assertThatThrownBy(() -> read("<Delete>" + "<a/>".repeat(200_000) + "</Delete>"))
        .isInstanceOf(S3Exception.class);
  }
}
