package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.replay.Trace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Traces of requests as CSV with a header. With a column {@code count} or {@code requests} the first column says when each bin begins, in
 * order and at equal steps, bins without requests may be missing; without it each row is a request at its first
 * column's time, counted by seconds. Times are ISO 8601 or numbers of seconds.
 */
public final class TraceFile {
    private static final int MAX_BINS = 20_000_000;
    /** What columns of numbers are called that may well be requests. */
    private static final Set<String> UNSAID = Set.of(
            "value", "values", "load", "rate", "rps", "qps", "hits", "calls", "arrivals", "number", "total", "n");

    private double[] counts = new double[1024];
    private int bins;
    private long first = Long.MIN_VALUE;
    private long step;

    private TraceFile() {}

    /** @throws InvalidInputException naming the line of whatever is wrong */
    public static Trace read(Path file) {
        DataFiles.require(file);
        try (InputStream bytes = Files.newInputStream(file);
                BufferedReader lines = new BufferedReader(new InputStreamReader(
                        file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes,
                        StandardCharsets.UTF_8))) {
            return new TraceFile().read(file, lines);
        } catch (IOException e) {
            throw DataFiles.unreadable(file, e);
        }
    }

    private Trace read(Path file, BufferedReader lines) throws IOException {
        String header = lines.readLine();
        int column = header == null ? -1 : countColumn(file, header);
        step = column < 0 ? 1000 : 0;
        int number = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                String[] cells = line.split(",");
                long at = Timestamps.epochMillis(cells[0].strip());
                double count = column < 0 ? 1 : Double.parseDouble(cells[column].strip());
                add(at, count);
            } catch (InvalidInputException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new InvalidInputException(
                        "Line (" + number + ") of trace (" + file + ") is no time and count: " + e.getMessage(), e);
            }
        }
        if (first == Long.MIN_VALUE) {
            throw new InvalidInputException("Trace (" + file + ") has no rows. Maybe the wrong file.");
        }
        return Trace.of(step == 0 ? 1 : step / 1e3, Arrays.copyOf(counts, bins));
    }

    /** Where a row's number of requests stands; -1 where a row is one request, as one with a time alone is. */
    private static int countColumn(Path file, String header) {
        List<String> names = Stream.of(header.strip().toLowerCase(Locale.ROOT).split(",", -1))
                .map(String::strip)
                .toList();
        for (String name : List.of("count", "requests")) {
            if (names.contains(name)) {
                return names.indexOf(name);
            }
        }
        if (names.size() == 2 && UNSAID.contains(names.get(1))) {
            throw new InvalidInputException("Trace (" + file + ") has columns " + names
                    + ", of which none says how many requests a row stands for. Maybe name the second one count, or"
                    + " leave it out where each row is one request.");
        }
        return -1;
    }

    private void add(long at, double count) {
        if (first == Long.MIN_VALUE) {
            first = at;
            put(0, count);
            return;
        }
        step = step == 0 ? at - first : step;
        if (step <= 0 || at < first) {
            throw new InvalidInputException("times must rise. Maybe sort the file.");
        }
        put((at - first) / step, count);
    }

    private void put(long bin, double count) {
        if (bin >= MAX_BINS) {
            throw new InvalidInputException("it would be bin (" + bin + "), and traces hold " + MAX_BINS + ".");
        }
        if (bin >= counts.length) {
            counts = Arrays.copyOf(counts, (int) Math.min(MAX_BINS, Math.max(bin + 1, 2L * counts.length)));
        }
        counts[(int) bin] += count;
        bins = Math.max(bins, (int) bin + 1);
    }
}
