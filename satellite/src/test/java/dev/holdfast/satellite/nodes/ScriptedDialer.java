package dev.holdfast.satellite.nodes;

import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.piece.PieceId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Nodes that answer as a test tells them. */
public final class ScriptedDialer implements NodeDialer {
  public final Map<Integer, Set<PieceId>> deleted = new ConcurrentHashMap<>();
  public final Set<Integer> silent = ConcurrentHashMap.newKeySet();
  public final Map<PieceId, ShareAnswer> shares = new ConcurrentHashMap<>();
  public final List<SignedOrderLimit> asked = Collections.synchronizedList(new ArrayList<>());

  public final Map<Integer, NavigableSet<PieceId>> listed = new ConcurrentHashMap<>();
  public final AtomicInteger listCalls = new AtomicInteger();
  public volatile int listedPerPage = 3;

  @Override
  public void delete(RegisteredNode node, List<PieceId> pieces) throws NodeUnreachableException {
    if (silent.contains(node.alias())) {
      throw new NodeUnreachableException("silent", null);
    }
    deleted.computeIfAbsent(node.alias(), _ -> new ConcurrentSkipListSet<>()).addAll(pieces);
  }

  @Override
  public ShareAnswer fetchShare(
      RegisteredNode node, SignedOrderLimit limit, OrderChain chain, int stripe, int shareBytes) {
    asked.add(limit);
    if (silent.contains(node.alias())) {
      return new ShareAnswer.Unreachable("silent");
    }
    ShareAnswer answer = shares.get(limit.limit().pieceId());
    if (answer == null) {
      throw new IllegalStateException("no answer for " + limit.limit().pieceId());
    }
    return answer;
  }

  @Override
  public PieceList list(RegisteredNode node, @Nullable PieceId after, int limit)
      throws NodeUnreachableException {
    if (silent.contains(node.alias())) {
      throw new NodeUnreachableException("silent", null);
    }
    listCalls.incrementAndGet();
    NavigableSet<PieceId> all = listed.getOrDefault(node.alias(), new TreeSet<>());
    NavigableSet<PieceId> rest = after == null ? all : all.tailSet(after, false);
    int page = Math.min(limit, listedPerPage);
    return new PieceList(rest.stream().limit(page).toList(), rest.size() > page);
  }
}
