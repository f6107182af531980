package io.edgeai.placement.deploy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.StorageException;
import io.edgeai.placement.deploy.site.ChunkLane;
import io.edgeai.placement.deploy.site.Chunks;
import io.edgeai.placement.deploy.site.SiteAccess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Sends the missing chunks of one artifact to one site, a few at a time. Single-use. */
final class ChunkSender {
    private final SiteAccess site;
    private final Artifact artifact;
    private final Progress progress;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger sentChunks = new AtomicInteger();
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicBoolean failed = new AtomicBoolean();

    ChunkSender(SiteAccess site, Artifact artifact, Progress progress) {
        this.site = site;
        this.artifact = artifact;
        this.progress = progress;
    }

    /** Runs one lane in the calling thread and the others in threads of their own. */
    void send(List<Integer> missing, ThreadFactory threads, int parallel) {
        List<FutureTask<Boolean>> lanes = new ArrayList<>();
        try (FileChannel file = FileChannel.open(artifact.file(), StandardOpenOption.READ)) {
            for (int i = 0; i < Math.min(parallel, missing.size()); i++) {
                lanes.add(new FutureTask<>(() -> lane(file, missing)));
            }
            lanes.stream().skip(1).forEach(lane -> threads.newThread(lane).start());
            lanes.get(0).run();
            RuntimeException first = null;
            for (FutureTask<Boolean> lane : lanes) {
                try {
                    lane.get();
                } catch (ExecutionException e) {
                    first = first == null ? unwrapped(e) : first;
                }
            }
            if (first != null) {
                throw first;
            }
        } catch (IOException e) {
            throw unreadable(e);
        } catch (InterruptedException e) {
            failed.set(true);
            lanes.forEach(lane -> lane.cancel(true));
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("Sending artifact (" + artifact + ") was interrupted.", e);
        }
    }

    /** What went out so far, also where sending failed. */
    Transfer sent() {
        return new Transfer(sentBytes.get(), sentChunks.get(), false);
    }

    private boolean lane(FileChannel file, List<Integer> missing) {
        Chunks chunks = artifact.chunks();
        int longest = (int) Math.min(chunks.chunkBytes(), chunks.sizeBytes());
        try (ChunkLane lane = site.lane(artifact.digest(), longest)) {
            for (int i = next.getAndIncrement(); i < missing.size() && !failed.get(); i = next.getAndIncrement()) {
                if (progress.cancelled()) {
                    throw new OperationCancelledException("Sending artifact (" + artifact + ") was cancelled.");
                }
                int index = missing.get(i);
                int length = chunks.length(index);
                sentBytes.addAndGet(length);
                int done = sentChunks.incrementAndGet();
                lane.send(index, file, chunks.offset(index), length);
                progress.update("send", Math.min(done, missing.size()), missing.size());
            }
            return true;
        } catch (IOException e) {
            failed.set(true);
            throw unreadable(e);
        } catch (RuntimeException e) {
            failed.set(true);
            throw e;
        }
    }

    private StorageException unreadable(IOException e) {
        return new StorageException(
                "Artifact (" + artifact + ") cannot be read: " + e.getMessage() + ". Maybe its file was changed.", e);
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        return e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
    }
}
