package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A time series from CSV: columns {@code timestamp} and {@code value} by their names in a header, else the first two.
 * Keeps the texts of both as they were. Empty, {@code nan}, {@code NA} and {@code null} values are NaN. Immutable.
 */
public final class SeriesFile {
    private static final int MAX_ROWS = 50_000_000;

    private final Path file;
    private final List<String> timestamps = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private long[] millis = new long[1024];
    private double[] values = new double[1024];
    private int timeColumn;
    private int valueColumn = 1;
    private int records;

    private SeriesFile(Path file) {
        this.file = file;
    }

    /** @throws InvalidInputException naming the line of whatever is wrong */
    public static SeriesFile read(Path file) {
        DataFiles.require(file);
        SeriesFile series = new SeriesFile(file);
        String name = file.toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        CsvParser.parse(file, name.endsWith(".tsv") ? '\t' : ',', DataLimits.DEFAULT.maxEntries(), series::row);
        if (series.size() == 0) {
            throw new InvalidInputException("Series (" + file + ") has no rows. Maybe the wrong file.");
        }
        return series;
    }

    private void row(int line, List<String> cells) {
        if (records++ == 0 && header(cells)) {
            return;
        }
        if (cells.size() <= Math.max(timeColumn, valueColumn)) {
            throw wrong(line, "it has (" + cells.size() + ") cells, too few for a timestamp and a value");
        }
        String time = cells.get(timeColumn);
        String value = cells.get(valueColumn);
        int at = size();
        if (at == MAX_ROWS) {
            throw wrong(line, "there are more than (" + MAX_ROWS + ") rows");
        }
        if (at == millis.length) {
            millis = Arrays.copyOf(millis, 2 * at);
            values = Arrays.copyOf(values, 2 * at);
        }
        try {
            millis[at] = Timestamps.epochMillis(time);
        } catch (InvalidInputException e) {
            throw wrong(line, "(" + time.strip() + ") is no timestamp");
        }
        if (CsvNumbers.kind(value.strip()) == CsvTable.Kind.TEXT) {
            throw wrong(line, "(" + value.strip() + ") is no number");
        }
        values[at] = CsvNumbers.parse(value.strip());
        timestamps.add(time);
        texts.add(value);
    }

    /** Whether the first row is no data; then finds the columns by their names. */
    private boolean header(List<String> cells) {
        List<String> names = cells.stream()
                .map(cell -> cell.strip().toLowerCase(Locale.ROOT))
                .toList();
        if (names.contains("timestamp") && names.contains("value")) {
            timeColumn = names.indexOf("timestamp");
            valueColumn = names.indexOf("value");
            return true;
        }
        return names.size() > 1
                && CsvNumbers.kind(names.get(1)) == CsvTable.Kind.TEXT
                && names.stream().noneMatch(SeriesFile::timed);
    }

    private static boolean timed(String cell) {
        try {
            Timestamps.epochMillis(cell);
            return true;
        } catch (InvalidInputException e) {
            return false;
        }
    }

    private InvalidInputException wrong(int line, String why) {
        return new InvalidInputException("Series (" + file + ") is wrong in line (" + line + "): " + why
                + ". Maybe each row must be timestamp,value with times such as 2026-11-25T08:00:00Z,"
                + " '2026-11-25 08:00:00' or seconds since 1970.");
    }

    /** Rows of data. */
    public int size() {
        return timestamps.size();
    }

    /** The timestamp of a row as it is in the file. */
    public String timestamp(int row) {
        return timestamps.get(row);
    }

    /** The value of a row as it is in the file. */
    public String text(int row) {
        return texts.get(row);
    }

    /** Milliseconds since 1970, UTC where the text names no offset. */
    public long epochMillis(int row) {
        return millis[row];
    }

    /** NaN where the file has no number. */
    public double value(int row) {
        return values[row];
    }
}
