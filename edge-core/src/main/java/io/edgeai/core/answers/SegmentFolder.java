package io.edgeai.core.answers;

import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of all journals in a folder, of this process and others. Thread-safe: it keeps nothing. */
final class SegmentFolder {
    /** Files at most, so that a process that begins again and again does not fill the folder with small ones. */
    static final int MOST_FILES = 1024;

    private static final int MOST_FOUND = 1000;
    private static final long LARGEST = 1L << 30;
    private static final Pattern NAME = Pattern.compile("answers-(\\d{15,19})-[0-9a-f]{8}\\.log");

    private final Path folder;

    SegmentFolder(Path folder) {
        this.folder = folder;
    }

    private record Segment(Path path, long beganMillis, long bytes, long writtenMillis) {}

    /** Removes files that are too old, then those that were not written to for longest until the others fit. */
    void prune(JournalSettings settings, long nowMillis) throws IOException {
        long oldest = nowMillis - settings.maxAge().toMillis() - settings.segmentMillis();
        List<Segment> segments = new ArrayList<>(segments());
        segments.sort(Comparator.comparingLong(Segment::writtenMillis).thenComparing(Segment::path));
        long bytes = segments.stream().mapToLong(Segment::bytes).sum();
        int files = segments.size();
        long most = settings.maxBytes() - settings.segmentBytes();
        for (Segment segment : segments) {
            if (segment.beganMillis() < oldest || bytes > most || files >= MOST_FILES) {
                Files.deleteIfExists(segment.path());
                bytes -= segment.bytes();
                files--;
            }
        }
    }

    /** @throws StorageException where a file cannot be read */
    AnswersFound find(String requestId) {
        WantedId wanted = new WantedId(requestId);
        Deque<AnsweredRequest> latest = new ArrayDeque<>();
        long[] matches = {0};
        long since = Long.MAX_VALUE;
        long dropped = 0;
        long unreadable = 0;
        try {
            List<Segment> segments = new ArrayList<>(segments());
            segments.sort(Comparator.comparingLong(Segment::beganMillis).thenComparing(Segment::path));
            for (Segment segment : segments) {
                BlockReader reader = new BlockReader(wanted, answer -> {
                    matches[0]++;
                    latest.addLast(answer);
                    if (latest.size() > MOST_FOUND) {
                        latest.removeFirst();
                    }
                });
                reader.read(content(segment));
                since = Math.min(since, reader.earliest());
                dropped += reader.dropped();
                unreadable += reader.unreadable();
            }
        } catch (IOException | UncheckedIOException e) {
            throw new StorageException(
                    "Answers in (" + folder + ") cannot be read: " + e.getMessage()
                            + ". Maybe the folder belongs to another user.",
                    e);
        }
        List<AnsweredRequest> answers = new ArrayList<>(latest);
        answers.sort(Comparator.comparing(AnsweredRequest::at));
        Optional<Instant> first = since == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(since));
        return new AnswersFound(answers, matches[0], first, dropped, unreadable);
    }

    private List<Segment> segments() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Segment> segments = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                segment(file).ifPresent(segments::add);
            }
        }
        return segments;
    }

    /** Empty for other files, and where another process removed it meanwhile. */
    private static Optional<Segment> segment(Path file) throws IOException {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            return Optional.empty();
        }
        try {
            long written = Files.getLastModifiedTime(file).toMillis();
            return Optional.of(new Segment(file, Long.parseLong(name.group(1)), Files.size(file), written));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static ByteBuffer content(Segment segment) throws IOException {
        if (segment.bytes() > LARGEST) {
            throw new IOException("file (" + segment.path() + ") is larger than 1 GiB");
        }
        try {
            return ByteBuffer.wrap(Files.readAllBytes(segment.path()));
        } catch (NoSuchFileException e) {
            return ByteBuffer.wrap(BlockReader.HEADER);
        }
    }
}
