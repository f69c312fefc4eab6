package dev.holdfast.satellite.audit;

import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.metadata.StoredSegments;
import dev.holdfast.satellite.nodes.NodeDialer;
import dev.holdfast.satellite.nodes.NodeDialer.NodeUnreachableException;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.nodes.RegisteredNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what nodes list with what they owe, rarely and when a node returns from an absence, and
 * suspects pieces that are owed and not listed; only the audit that follows counts anything. What a
 * node lists without owing it, the node asks about itself. One pass over the segments serves
 * several nodes; memory is bounded by pages. One run at a time.
 */
public final class Reconciliation {

  static final Duration INTERVAL = Duration.ofDays(1);

  /**
   * The first comparison of a fresh process; a network that has just started has better things to
   * do.
   */
  static final Duration FIRST_AFTER = Duration.ofMinutes(10);

  static final int MAX_SUSPICIONS_PER_NODE = 1_000;

  private static final int NODES_PER_PASS = 16;
  private static final int SEGMENTS_PER_PAGE = 500;
  private static final int PIECES_PER_PAGE = 2_000;

  private final Database database;
  private final StoredSegments segments;
  private final NodeRegistry registry;
  private final NodeDialer dialer;
  private final SuspicionQueue suspicions;
  private final InstantSource clock;
  private final Instant started;
  private final Map<Integer, Instant> lastCompared = new HashMap<>();

  public Reconciliation(
      Database database,
      StoredSegments segments,
      NodeRegistry registry,
      NodeDialer dialer,
      SuspicionQueue suspicions,
      InstantSource clock) {
    this.database = database;
    this.segments = segments;
    this.registry = registry;
    this.dialer = dialer;
    this.suspicions = suspicions;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** One pass for the nodes that are due, if any. */
  public void runOnce() throws InterruptedException {
    Map<Integer, Listing> listings = new LinkedHashMap<>();
    for (RegisteredNode node : dueNodes()) {
      listings.put(node.alias(), new Listing(node));
    }
    RootPieceId after = null;
    while (!listings.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("reconciliation was stopped");
      }
      RootPieceId from = after;
      List<StoredSegment> page =
          database.read(connection -> segments.page(connection, from, SEGMENTS_PER_PAGE));
      if (page.isEmpty()) {
        break;
      }
      compare(page, listings);
      after = page.getLast().root();
    }
    Instant now = clock.instant();
    listings.values().forEach(listing -> lastCompared.put(listing.node.alias(), now));
  }

  private List<RegisteredNode> dueNodes() {
    registry.takeReturned().forEach(alias -> lastCompared.put(alias, Instant.MIN));
    Instant now = clock.instant();
    Instant due = now.minus(INTERVAL);
    Instant initial = started.minus(INTERVAL).plus(FIRST_AFTER);
    return registry.nodes().stream()
        .filter(registry::isReachable)
        .filter(node -> !lastCompared.getOrDefault(node.alias(), initial).isAfter(due))
        .sorted(Comparator.comparing(node -> lastCompared.getOrDefault(node.alias(), initial)))
        .limit(NODES_PER_PASS)
        .toList();
  }

  /** Walks both orders side by side; a node that stops answering drops out and stays due. */
  private void compare(List<StoredSegment> page, Map<Integer, Listing> listings) {
    for (StoredSegment segment : page) {
      List<PlacedPiece> ascending = new ArrayList<>(segment.pieces());
      ascending.sort(Comparator.comparingInt(PlacedPiece::pieceNumber));
      for (PlacedPiece placed : ascending) {
        Listing listing = listings.get(placed.nodeAlias());
        if (listing == null) {
          continue;
        }
        PieceId owed = new PieceId(segment.root(), placed.pieceNumber());
        try {
          if (!listing.has(owed) && listing.missing < MAX_SUSPICIONS_PER_NODE) {
            listing.missing++;
            suspicions.report(
                List.of(
                    new SuspectedPiece(owed, listing.nodeId(), 0, SuspectedPiece.Reason.REFUSED)));
          }
        } catch (NodeUnreachableException e) {
          listings.remove(placed.nodeAlias());
        }
      }
    }
  }

  /** A node's pieces in the order of their ids, page by page. */
  private final class Listing {
    private final RegisteredNode node;
    private List<PieceId> page = List.of();
    private int next;
    private @Nullable PieceId last;
    private boolean more = true;
    private int missing;

    Listing(RegisteredNode node) {
      this.node = node;
    }

    NodeId nodeId() {
      return node.id();
    }

    /** Whether the node lists the piece; asked in ascending order only. */
    boolean has(PieceId piece) throws NodeUnreachableException {
      while (true) {
        while (next < page.size()) {
          int order = page.get(next).compareTo(piece);
          if (order >= 0) {
            return order == 0;
          }
          next++;
        }
        if (!more) {
          return false;
        }
        fetch();
      }
    }

    private void fetch() throws NodeUnreachableException {
      NodeDialer.PieceList list = dialer.list(node, last, PIECES_PER_PAGE);
      page = list.pieces();
      next = 0;
      // A page that does not move on would be asked for without end.
      more = list.more() && !page.isEmpty() && (last == null || page.getLast().compareTo(last) > 0);
      if (!page.isEmpty()) {
        last = page.getLast();
      }
    }
  }
}
