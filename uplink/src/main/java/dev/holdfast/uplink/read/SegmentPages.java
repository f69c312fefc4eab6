package dev.holdfast.uplink.read;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.wire.OpenObjectRequest;
import dev.holdfast.protocol.wire.OpenObjectResponse;
import dev.holdfast.protocol.wire.PlainRange;
import dev.holdfast.protocol.wire.SegmentRow;
import dev.holdfast.uplink.object.ObjectRows;
import dev.holdfast.uplink.object.OpenedObject;
import dev.holdfast.uplink.object.ProjectAccess;
import java.util.List;

/**
 * The segment rows of one opened object version, page by page; each later page is of the very same
 * object. Confined to one thread.
 */
final class SegmentPages {
  private final ProjectAccess access;
  private final OpenedObject object;
  private List<SegmentRow> rows;
  private boolean more;
  private int at;

  SegmentPages(ProjectAccess access, OpenedObject object, OpenObjectResponse first) {
    this.access = access;
    this.object = object;
    this.rows = withBytes(first);
    this.more = first.getMoreSegments();
  }

  /** Rows of the present page that were not taken yet. */
  List<SegmentRow> rest() {
    return rows.subList(at, rows.size());
  }

  /** Whether the present page is the last. */
  boolean onLastPage() {
    return !more;
  }

  /** Whether {@link #take} will have to fetch. */
  boolean exhausted() {
    return at == rows.size();
  }

  /**
   * Asks for the rows of a range again, with fresh limits.
   *
   * @param offset plain byte to start from
   * @param end plain byte to end before
   */
  void fetch(long offset, long end) {
    OpenObjectRequest request =
        OpenObjectRequest.newBuilder()
            .setBucket(object.path().bucket())
            .setEncryptedKey(ByteString.copyFrom(object.path().encodedKey()))
            .setVersion(object.row().getVersion())
            .setObjectId(object.row().getObjectId())
            .setRange(PlainRange.newBuilder().setOffset(offset).setLength(end - offset))
            .build();
    OpenObjectResponse page = access.client().call(stub -> stub.openObject(request));
    if (!page.getObject().getObjectId().equals(object.row().getObjectId())) {
      throw ObjectRows.altered("the satellite answered with another version of it");
    }
    rows = withBytes(page);
    more = page.getMoreSegments();
    at = 0;
  }

  /** The next row, which must be that of this place. */
  SegmentRow take(SegmentMap.Place place) {
    if (exhausted()) {
      throw ObjectRows.altered(
          "segment " + place.index() + " of part " + place.part() + " is missing on the satellite");
    }
    SegmentRow row = rows.get(at++);
    if (row.getPart() != place.part() || row.getIndex() != place.index()) {
      throw ObjectRows.altered(
          "the satellite answered segment "
              + row.getIndex()
              + " of part "
              + row.getPart()
              + " in place of segment "
              + place.index()
              + " of part "
              + place.part());
    }
    return row;
  }

  /** Segments of 0 bytes, from empty parts, are not in the map and need not come. */
  private static List<SegmentRow> withBytes(OpenObjectResponse page) {
    return page.getSegmentsList().stream()
        .filter(row -> row.getLayout().getPlainBytes() != 0)
        .toList();
  }
}
