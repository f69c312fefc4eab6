package dev.holdfast.piececlient.fake;

import dev.holdfast.piececlient.fake.FakeNode.StoredPiece;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.frame.ListedPiece;
import dev.holdfast.protocol.frame.ShareRange;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.PieceHasher;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.merkle.ShareProof;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.PieceReceipt;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.segment.ShareLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A fake node's end of one connection. */
final class FakeNodeHandler extends SimpleChannelInboundHandler<Frame> {
  private final FakeNode node;
  private @Nullable Put put;

  FakeNodeHandler(FakeNode node) {
    this.node = node;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, Frame frame) {
    try {
      handle(context, frame);
    } catch (HoldfastException e) {
      put = null;
      answer(context, Frame.Refused.of(frame.exchange(), e.code(), "no: " + e.getMessage()));
    }
  }

  private void handle(ChannelHandlerContext context, Frame frame) {
    ErrorCode refusal = node.refusal();
    if (refusal != null && (frame instanceof Frame.PutBegin || frame instanceof Frame.Get)) {
      throw new HoldfastException(refusal, "made to refuse");
    }
    Put running = put;
    switch (frame) {
      case Frame.PutBegin begin -> {
        node.countPut();
        SignedOrderLimit limit = check(begin.limit(), PieceAction.PUT);
        put = new Put(begin, limit);
      }
      case Frame.Order order -> {
        if (running != null && running.begin.exchange() == order.exchange()) {
          pay(running.limit, order.depth(), order.preimage());
          running.paidBytes = (long) order.depth() * running.limit.limit().chainUnitBytes();
        }
      }
      case Frame.ShareBytes bytes -> {
        if (running != null && running.begin.exchange() == bytes.exchange()) {
          running.take(bytes.data());
        }
      }
      case Frame.PutFinish finish -> {
        if (running != null && running.begin.exchange() == finish.exchange()) {
          put = null;
          answer(context, finish(running, finish));
        }
      }
      case Frame.Cancel cancel -> {
        put = null;
        answer(context, new Frame.Cancelled(cancel.exchange()));
      }
      case Frame.Get get -> get(context, get);
      case Frame.Delete delete -> {
        int count = 0;
        for (PieceId piece : delete.pieces()) {
          count += node.pieces.remove(piece) == null ? 0 : 1;
        }
        answer(context, new Frame.Deleted(delete.exchange(), count));
      }
      case Frame.ListPieces list -> {
        List<ListedPiece> page = new ArrayList<>();
        PieceId after = list.after();
        var rest = after == null ? node.pieces : node.pieces.tailMap(after, false);
        for (var entry : rest.entrySet()) {
          if (page.size() == list.limit()) {
            break;
          }
          page.add(new ListedPiece(entry.getKey(), entry.getValue().bytes().length, 1));
        }
        answer(context, new Frame.Pieces(list.exchange(), page, rest.size() > page.size()));
      }
      default -> {
        var _ = context.close();
      }
    }
  }

  private SignedOrderLimit check(byte[] serialized, PieceAction action) {
    SignedOrderLimit limit = SignedOrderLimit.parse(serialized);
    if (!limit.verify(node.limitKey())) {
      throw new HoldfastException(ErrorCode.LIMIT_ALTERED, "mac");
    }
    if (!limit.limit().nodeId().equals(node.id())) {
      throw new HoldfastException(ErrorCode.LIMIT_FOREIGN_NODE, "node");
    }
    if (limit.limit().action() != action) {
      throw new HoldfastException(ErrorCode.LIMIT_WRONG_ACTION, "action");
    }
    if (limit.limit().expires().isBefore(Instant.now())) {
      throw new HoldfastException(ErrorCode.LIMIT_EXPIRED, "expired");
    }
    return limit;
  }

  private static void pay(SignedOrderLimit limit, int depth, Bytes32 preimage) {
    if (!OrderChain.verify(limit.limit(), depth, preimage.toByteArray())) {
      throw new HoldfastException(ErrorCode.ORDER_INVALID, "preimage");
    }
  }

  private Frame finish(Put running, Frame.PutFinish finish) {
    byte[] bytes = running.bytes.toByteArray();
    PieceId id = running.limit.limit().pieceId();
    byte[] root = running.hasher.root();
    if (!running.hasher.matches(finish.layout())
        || !Bytes32.of(root).equals(finish.pieceRoot())
        || !SegmentTree.verifyPiece(
            finish.layout(),
            id.pieceNumber(),
            root,
            finish.piecePath(),
            finish.segmentRoot().toByteArray())) {
      throw new HoldfastException(ErrorCode.PIECE_ALTERED, "root or path");
    }
    node.store(id, bytes, finish.layout(), finish.segmentRoot(), finish.piecePath());
    return new Frame.Receipt(
        finish.exchange(),
        new PieceReceipt(
                1,
                running.limit.hash(),
                finish.pieceRoot(),
                finish.segmentRoot(),
                bytes.length,
                Instant.now(),
                node.receipts.incrementAndGet())
            .toBytes(node.receiptKey()));
  }

  private void get(ChannelHandlerContext context, Frame.Get get) {
    node.countGet(get.proofs());
    SignedOrderLimit signed = check(get.limit(), PieceAction.GET);
    OrderLimit limit = signed.limit();
    pay(signed, get.depth(), get.preimage());
    StoredPiece piece = node.pieces.get(limit.pieceId());
    if (piece == null) {
      throw new HoldfastException(ErrorCode.PIECE_NOT_FOUND, limit.pieceId().toString());
    }
    long asked = 0;
    for (ShareRange range : get.ranges()) {
      asked += range.length();
    }
    long all = node.served.computeIfAbsent(limit.serial(), _ -> new AtomicLong()).addAndGet(asked);
    if (all > limit.ceilingBytes()) {
      throw new HoldfastException(ErrorCode.LIMIT_CEILING_EXCEEDED, "ceiling");
    }
    List<Frame> answers = new ArrayList<>();
    for (ShareRange range : get.ranges()) {
      int from = Math.toIntExact(range.pieceOffset(piece.layout()));
      byte[] bytes = new byte[range.length()];
      System.arraycopy(piece.bytes(), from, bytes, 0, bytes.length);
      if (node.lies(get.proofs())) {
        bytes[bytes.length / 2] ^= 1;
      }
      if (node.truncates()) {
        break;
      }
      answers.add(new Frame.ShareBytes(get.exchange(), Unpooled.wrappedBuffer(bytes)));
      if (get.proofs()) {
        answers.add(
            new Frame.Proof(
                get.exchange(),
                new ShareProof(
                    leafPath(piece, limit.pieceId().pieceNumber(), range.stripe()),
                    piece.piecePath()),
                piece.layout()));
      }
    }
    answers.add(new Frame.Done(get.exchange()));
    answer(context, answers.toArray(new Frame[0]));
  }

  private static List<byte[]> leafPath(StoredPiece piece, int number, int stripe) {
    ShareLayout layout = piece.layout();
    List<byte[]> leaves = new ArrayList<>();
    for (int s = 0; s < layout.stripeCount(); s++) {
      leaves.add(
          SegmentTree.leaf(
              layout.hash(),
              number,
              piece.bytes(),
              Math.toIntExact(layout.shareOffset(s)),
              layout.shareBytes(s)));
    }
    return SegmentTree.leafPath(layout.hash(), leaves, stripe);
  }

  private void answer(ChannelHandlerContext context, Frame... frames) {
    Runnable send =
        () -> {
          if (node.isFrozen()) {
            return;
          }
          for (Frame frame : frames) {
            var _ = context.write(frame);
          }
          context.flush();
        };
    if (node.answerDelayMillis() > 0) {
      var _ = context.executor().schedule(send, node.answerDelayMillis(), TimeUnit.MILLISECONDS);
    } else {
      send.run();
    }
  }

  private static final class Put {
    private final Frame.PutBegin begin;
    private final SignedOrderLimit limit;
    private final PieceHasher hasher;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long paidBytes;

    Put(Frame.PutBegin begin, SignedOrderLimit limit) {
      this.begin = begin;
      this.limit = limit;
      this.hasher =
          new PieceHasher(begin.hash(), begin.shareBytes(), limit.limit().pieceId().pieceNumber());
    }

    void take(ByteBuf data) {
      if (bytes.size() + data.readableBytes() > paidBytes) {
        throw new HoldfastException(
            ErrorCode.ORDER_TOO_SHALLOW,
            (bytes.size() + data.readableBytes()) + " bytes, paid " + paidBytes);
      }
      byte[] run = new byte[data.readableBytes()];
      data.readBytes(run);
      bytes.write(run, 0, run.length);
      hasher.update(java.nio.ByteBuffer.wrap(run));
    }
  }
}
