package io.edgeai.core.answers;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.store.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which version, with which bytes, answered which request. {@link #keep} leaves a request to a thread of the
 * journal's own and returns: it takes no lock, and what finds 8192 others waiting is dropped and counted, in the files too.
 * A request is with the operating system some 5 ms after it was answered, from when the end of the process does not lose it,
 * and on the disk within 5 s, or once the journal is closed. Several journals, in one process or several, may write to one
 * folder; each writes files of its own. Thread-safe. Closing twice does nothing.
 *
 * <p>A request takes some 19 bytes where its id is a UUID or as short as 16 characters, 8 more with a unit, and 17 more
 * where it comes alone; {@link #keep} takes some 33 ns and 32 bytes of heap. The files tell damage; that they were not forged
 * they do not tell, as the registry's history does.
 */
public final class AnswerJournal implements AutoCloseable {
    private static final int MOST_WAITING = 8192;
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final Duration SLOW_DISK = Duration.ofSeconds(30);

    private final JournalSettings settings;
    private final AnswerRing<Waiting> ring = new AnswerRing<>(MOST_WAITING);
    private final LongAdder dropped = new LongAdder();
    private final JournalWorker worker;
    private final Thread thread;
    private volatile boolean closed;

    private AnswerJournal(JournalSettings settings) {
        this.settings = settings;
        this.worker = new JournalWorker(new JournalWriter(settings), ring, dropped);
        this.thread = EdgeThreads.named("answers").newThread(worker);
    }

    /**
     * Opens a journal to write to.
     *
     * @throws StorageException where the folder cannot be made
     */
    public static AnswerJournal open(JournalSettings settings) {
        try {
            Disk.createFolders(settings.folder().toAbsolutePath());
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot make the folder of answers (" + settings.folder() + "): " + e
                            + ". Maybe its parent is not writable.",
                    e);
        }
        AnswerJournal journal = new AnswerJournal(settings);
        journal.thread.start();
        return journal;
    }

    /**
     * Remembers that a request was answered, just now.
     *
     * @param requestId any text
     * @param unitId whom or what the request is about; null where that is not known. Only a hash of it is kept
     * @param source who answered; best the same object for all its answers
     */
    public void keep(String requestId, @Nullable String unitId, AnswerSource source) {
        Waiting request =
                new Waiting(requestId, unitId, source, settings.clock().millis());
        if (!closed && ring.offer(request)) {
            worker.offered();
        } else {
            dropped.increment();
        }
    }

    /**
     * Who answered a request, among all that was kept before the call.
     *
     * @throws StorageException where a file cannot be read
     */
    public AnswersFound answered(String requestId) {
        flush();
        return find(settings.folder(), requestId);
    }

    /**
     * Who answered a request, by the files of a folder alone, whoever writes to it; nothing where there is no such folder.
     * Reads all of them, some 0.3 s for 218 MiB.
     *
     * @throws StorageException where a file cannot be read
     */
    public static AnswersFound find(Path folder, String requestId) {
        return new SegmentFolder(folder).find(requestId);
    }

    /** Waits, for 30 s at most, until the operating system has what was kept before the call; false where it has not. */
    public boolean flush() {
        return worker.flush(SLOW_DISK.toNanos());
    }

    /** Requests that were written. */
    public long kept() {
        return worker.kept();
    }

    /** Requests that found no room, that the disk refused, or that came after {@link #close}. */
    public long dropped() {
        return dropped.sum();
    }

    /** Writes what waits, within 5 s, and lets the disk have it. */
    @Override
    public void close() {
        closed = true;
        worker.end();
        try {
            thread.join(LAST_WORDS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
