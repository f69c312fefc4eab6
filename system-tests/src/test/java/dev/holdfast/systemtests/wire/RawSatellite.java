package dev.holdfast.systemtests.wire;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.protocol.wire.DeleteObjectsRequest;
import dev.holdfast.protocol.wire.ListEntry;
import dev.holdfast.protocol.wire.ListObjectsRequest;
import dev.holdfast.protocol.wire.ListObjectsResponse;
import dev.holdfast.protocol.wire.ObjectApiGrpc;
import dev.holdfast.protocol.wire.ObjectRef;
import dev.holdfast.protocol.wire.OpenObjectRequest;
import dev.holdfast.protocol.wire.PlainRange;
import dev.holdfast.protocol.wire.SegmentRow;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The satellite's ObjectApi under the API key of a grant, without any of the SDK's checks. */
final class RawSatellite implements AutoCloseable {
  private static final Metadata.Key<byte[]> API_KEY =
      Metadata.Key.of("holdfast-api-key-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final ManagedChannel channel;
  private final ObjectApiGrpc.ObjectApiBlockingStub stub;

  RawSatellite(AccessGrant grant) {
    this(grant.satellite(), grant.apiKey());
  }

  RawSatellite(PeerAddress satellite, ApiKey apiKey) {
    Metadata headers = new Metadata();
    headers.put(API_KEY, apiKey.serialize());
    channel = PeerTls.dialSatellite(satellite, null, null);
    stub =
        ObjectApiGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  ObjectApiGrpc.ObjectApiBlockingStub call() {
    return stub.withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  /** Encrypted keys of every object of a bucket. */
  List<ByteString> encryptedKeys(String bucket) {
    ListObjectsResponse page =
        call()
            .listObjects(
                ListObjectsRequest.newBuilder().setBucket(bucket).setRecursive(true).build());
    return page.getEntriesList().stream()
        .filter(ListEntry::hasObject)
        .map(entry -> entry.getObject().getEncryptedKey())
        .toList();
  }

  /** Deletes every object of a bucket, whether or not its name can be decrypted. */
  void deleteAll(String bucket) {
    DeleteObjectsRequest.Builder request = DeleteObjectsRequest.newBuilder().setBucket(bucket);
    encryptedKeys(bucket)
        .forEach(key -> request.addObjects(ObjectRef.newBuilder().setEncryptedKey(key)));
    var _ = call().deleteObjects(request.build());
  }

  /** Segments of every object of a bucket, with limits for their pieces. */
  List<SegmentRow> segments(String bucket) {
    List<SegmentRow> segments = new ArrayList<>();
    for (ByteString key : encryptedKeys(bucket)) {
      segments.addAll(
          call()
              .openObject(
                  OpenObjectRequest.newBuilder()
                      .setBucket(bucket)
                      .setEncryptedKey(key)
                      .setRange(PlainRange.newBuilder().setLength(-1))
                      .build())
              .getSegmentsList());
    }
    return segments;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
