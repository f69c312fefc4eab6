package dev.holdfast.s3gateway.sigv4;

import dev.holdfast.s3gateway.http.PercentCoding;
import dev.holdfast.s3gateway.http.QueryParameters.Parameter;
import dev.holdfast.s3gateway.http.S3Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** The text of a request that is signed. S3 encodes the path once and does not normalize it. */
final class CanonicalRequest {
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private CanonicalRequest() {}

  /**
   * @param path canonical path, encoded
   */
  static String of(S3Request request, String path, List<String> signedHeaders, String payloadHash) {
    StringBuilder text = new StringBuilder(512);
    text.append(request.method()).append('\n');
    text.append(path).append('\n');
    text.append(query(request.query().all())).append('\n');
    for (String name : signedHeaders) {
      text.append(name).append(':');
      List<String> values = request.headers().all(name);
      for (int i = 0; i < values.size(); i++) {
        text.append(i == 0 ? "" : ",");
        text.append(SPACES.matcher(values.get(i).strip()).replaceAll(" "));
      }
      text.append('\n');
    }
    text.append('\n');
    text.append(String.join(";", signedHeaders)).append('\n');
    return text.append(payloadHash).toString();
  }

  private static String query(List<Parameter> parameters) {
    record Encoded(String name, String value) {}
    List<Encoded> encoded = new ArrayList<>();
    for (Parameter parameter : parameters) {
      if (!parameter.name().equals("X-Amz-Signature")) {
        encoded.add(
            new Encoded(
                PercentCoding.encode(parameter.name()), PercentCoding.encode(parameter.value())));
      }
    }
    encoded.sort(Comparator.comparing(Encoded::name).thenComparing(Encoded::value));
    StringBuilder text = new StringBuilder();
    for (Encoded parameter : encoded) {
      text.append(text.isEmpty() ? "" : "&");
      text.append(parameter.name()).append('=').append(parameter.value());
    }
    return text.toString();
  }
}
