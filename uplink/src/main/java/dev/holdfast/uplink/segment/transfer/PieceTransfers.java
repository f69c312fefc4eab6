package dev.holdfast.uplink.segment.transfer;

import dev.holdfast.piececlient.PieceClient;
import dev.holdfast.piececlient.PieceClientConfig;
import dev.holdfast.piececlient.PieceConnections;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.segment.SegmentDownloader;
import dev.holdfast.uplink.segment.SegmentTransfers;
import dev.holdfast.uplink.segment.SegmentUploader;
import dev.holdfast.uplink.segment.download.DownloadDevices;
import dev.holdfast.uplink.segment.download.PieceSegmentDownloader;
import dev.holdfast.uplink.segment.resource.ByteBudget;
import dev.holdfast.uplink.segment.resource.CodingThreads;
import dev.holdfast.uplink.segment.resource.TransferLimits;
import dev.holdfast.uplink.segment.upload.PieceSegmentUploader;
import dev.holdfast.uplink.segment.upload.UploadDevices;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Segment transfers over the piece protocol, with connections, threads and budgets of their own.
 */
public final class PieceTransfers implements SegmentTransfers {
  private final PieceConnections connections;
  private final CodingThreads threads;
  private final PieceSegmentUploader uploader;
  private final PieceSegmentDownloader downloader;

  /**
   * @param cores threads that compute, as a rule the machine's cores
   * @param clock by which nodes' certificates are judged
   * @param nanoTime a clock that never goes back, in nanoseconds
   */
  public PieceTransfers(
      UplinkConfig config,
      TransferLimits limits,
      int cores,
      InstantSource clock,
      LongSupplier nanoTime,
      SecureRandom random) {
    PieceClientConfig defaults = PieceClientConfig.DEFAULT;
    this.connections =
        new PieceConnections(
            new PieceClientConfig(
                Math.max(1, cores),
                config.connectTimeout(),
                defaults.idleClose(),
                defaults.cancelTimeout(),
                defaults.maxConnectionsPerNode(),
                defaults.maxWaitersPerNode(),
                defaults.firstRetry(),
                defaults.lastRetry()),
            PeerTls.client(null, null),
            clock,
            nanoTime);
    PieceClient client = new PieceClient(connections);
    this.threads = new CodingThreads(cores);
    this.uploader =
        new PieceSegmentUploader(
            new UploadDevices(
                connections,
                client,
                threads,
                new ByteBudget(config.uploadBudgetBytes()),
                limits,
                random,
                nanoTime));
    this.downloader =
        new PieceSegmentDownloader(
            new DownloadDevices(
                connections,
                client,
                threads,
                new ByteBudget(config.downloadBudgetBytes()),
                config.downloadLookaheadBytes(),
                limits,
                nanoTime));
  }

  @Override
  public SegmentUploader uploader() {
    return uploader;
  }

  @Override
  public SegmentDownloader downloader() {
    return downloader;
  }

  @Override
  public void close() {
    connections.close();
    threads.close();
    uploader.close();
  }
}
