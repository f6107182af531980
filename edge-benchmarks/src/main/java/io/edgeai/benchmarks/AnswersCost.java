package io.edgeai.benchmarks;

import com.sun.management.ThreadMXBean;
import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.answers.AnswerRole;
import io.edgeai.core.answers.AnswerSource;
import io.edgeai.core.answers.JournalSettings;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.store.Disk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What it costs the thread that answered to have the journal keep a request, in CPU time and memory, what that takes on disk,
 * and how long one request is looked for among all. Requests bear UUIDs and no unit; they come in bursts of 8000, between
 * which the journal is waited for, so that none is dropped.
 *
 * <pre>
 * java ... io.edgeai.benchmarks.AnswersCost --requests 11000000
 * </pre>
 *
 * By default a million.
 */
public final class AnswersCost {
    private static final int BURST = 8000;

    private AnswersCost() {}

    /**
     * What was measured.
     *
     * @param nanos CPU time of the caller a request, by bursts, ascending
     * @param allocated bytes of heap by the caller a request, of the last burst
     * @param bytes on disk
     * @param seconds CPU time of looking for a request that is not there, of each repetition
     */
    record Cost(long kept, long dropped, List<Double> nanos, double allocated, long bytes, List<Double> seconds) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "| %d requests, %d dropped | caller, CPU ns: median %.0f, 99 %% of bursts %.0f | heap %.0f B | disk %.1f B"
                            + " each, %d MiB | look-up, CPU s: first %.2f, fastest %.2f |",
                    kept,
                    dropped,
                    nanos.get(nanos.size() / 2),
                    nanos.get(nanos.size() * 99 / 100),
                    allocated,
                    bytes / (double) kept,
                    bytes >> 20,
                    seconds.get(0),
                    Collections.min(seconds));
        }
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("answers");
        try {
            System.out.println(measure(folder, Arguments.of(arguments).number("--requests", 1_000_000)));
        } finally {
            Disk.deleteTree(folder);
        }
    }

    /** @param requests rounded up to whole bursts */
    static Cost measure(Path folder, int requests) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AnswerSource source =
                new AnswerSource(VersionRef.of("m", 1), Digest.of(new byte[] {1}), "default", AnswerRole.ACTIVE, 1);
        SplittableRandom random = new SplittableRandom(1);
        List<Double> nanos = new ArrayList<>();
        double allocated = 0;
        long kept;
        long dropped;
        try (AnswerJournal journal =
                AnswerJournal.open(JournalSettings.in(folder).maxBytes(1L << 30))) {
            String[] ids = new String[BURST];
            for (int done = 0; done < requests; done += BURST) {
                for (int i = 0; i < BURST; i++) {
                    ids[i] = new UUID(random.nextLong(), random.nextLong()).toString();
                }
                long memory = threads.getCurrentThreadAllocatedBytes();
                long time = CpuClock.ofThisThread();
                for (String id : ids) {
                    journal.keep(id, null, source);
                }
                nanos.add((CpuClock.ofThisThread() - time) / (double) BURST);
                allocated = (threads.getCurrentThreadAllocatedBytes() - memory) / (double) BURST;
                while (!journal.flush()) {
                    Thread.onSpinWait(); // a very slow disk
                }
            }
            kept = journal.kept();
            dropped = journal.dropped();
        }
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.size(file);
            }
        }
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            long time = CpuClock.ofThisThread();
            if (AnswerJournal.find(folder, new UUID(0, i).toString()).matches() != 0) {
                throw new IllegalStateException("Somebody answered what nobody asked");
            }
            seconds.add((CpuClock.ofThisThread() - time) / 1e9);
        }
        Collections.sort(nanos);
        return new Cost(kept, dropped, nanos, allocated, bytes, seconds);
    }
}
