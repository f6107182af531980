package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table read from CSV (or TSV, by the name's ending): columns of whole numbers, numbers or text. Empty cells are
 * NaN in columns of numbers. Immutable.
 */
public final class CsvTable {
    /** Whether the first row names the columns. */
    public enum Header {
        /** It does where a column of numbers has text there, or its cells are names the caller expects. */
        AUTO,
        YES,
        NO
    }

    private final List<Column> columns;
    private final int rows;
    private final boolean header;

    private CsvTable(List<Column> columns, int rows, boolean header) {
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.header = header;
    }

    /**
     * Reads a file in two passes: the first finds types and sizes, the second fills arrays of exactly that size.
     *
     * @param expected names that mark the first row as a header even in a table of text; may be empty
     * @throws InvalidInputException naming the line of whatever is wrong
     */
    public static CsvTable read(Path file, Header header, Set<String> expected, DataLimits limits) {
        DataFiles.require(file);
        limits.checkSize(file.toString(), file.toFile().length());
        char delimiter = file.toString().toLowerCase(Locale.ROOT).endsWith(".tsv") ? '\t' : ',';
        Survey survey = new Survey(file);
        CsvParser.parse(file, delimiter, limits.maxEntries(), survey::row);
        if (survey.rows == 0) {
            throw new InvalidInputException("Table (" + file + ") is empty. Maybe the wrong file.");
        }
        boolean named = header == Header.YES || (header == Header.AUTO && survey.looksNamed(expected));
        if (!named) {
            survey.countFirstRow();
        }
        int rows = named ? survey.rows - 1 : survey.rows;
        limits.checkSize(file.toString(), (long) rows * survey.first.size() * 8);
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < survey.first.size(); c++) {
            columns.add(new Column(named ? survey.first.get(c).strip() : "c" + c, survey.kinds.get(c), rows));
        }
        int[] at = {named ? -1 : 0};
        CsvParser.parse(file, delimiter, limits.maxEntries(), (line, cells) -> {
            if (at[0] >= 0) {
                for (int c = 0; c < columns.size(); c++) {
                    columns.get(c).set(at[0], cells.get(c));
                }
            }
            at[0]++;
        });
        return new CsvTable(columns, rows, named);
    }

    public List<Column> columns() {
        return columns;
    }

    /** Rows of data, the header not counted. */
    public int rows() {
        return rows;
    }

    /** Whether the first row named the columns; without one they are called {@code c0}, {@code c1}, … */
    public boolean header() {
        return header;
    }

    /** The column of that name, or null. */
    public @Nullable Column column(String name) {
        for (Column column : columns) {
            if (column.name().equals(name)) {
                return column;
            }
        }
        return null;
    }

    /** Whether no column is text. */
    public boolean numeric() {
        return columns.stream().noneMatch(column -> column.kind() == Kind.TEXT);
    }

    /**
     * The whole table: INT64 where every column holds whole numbers, else DOUBLE (or FLOAT, if asked), or STRING
     * where every column is text; [rows, columns].
     *
     * @throws InvalidInputException where columns of numbers and of text are mixed
     */
    public Tensor matrix(boolean asFloat) {
        int width = columns.size();
        if (columns.stream().allMatch(column -> column.kind() == Kind.TEXT)) {
            String[] all = new String[rows * width];
            for (int c = 0; c < width; c++) {
                for (int r = 0; r < rows; r++) {
                    all[r * width + c] = columns.get(c).text(r);
                }
            }
            return Tensor.of(all, rows, width);
        }
        for (Column column : columns) {
            if (column.kind() == Kind.TEXT) {
                throw new InvalidInputException("Column (" + column.name() + ") of the table holds text (for example '"
                        + column.text(0) + "') beside columns of numbers. Maybe remove it, or set --header.");
            }
        }
        if (asFloat) {
            Tensor floats = Tensor.allocate(ElementType.FLOAT, rows, width);
            FloatBuffer to = floats.buffer().asFloatBuffer();
            for (int c = 0; c < width; c++) {
                for (int r = 0; r < rows; r++) {
                    to.put(r * width + c, (float) columns.get(c).number(r));
                }
            }
            return floats;
        }
        if (columns.stream().allMatch(column -> column.kind() == Kind.WHOLE)) {
            long[] all = new long[rows * width];
            for (int c = 0; c < width; c++) {
                for (int r = 0; r < rows; r++) {
                    all[r * width + c] = columns.get(c).whole(r);
                }
            }
            return Tensor.of(all, rows, width);
        }
        double[] all = new double[rows * width];
        for (int c = 0; c < width; c++) {
            for (int r = 0; r < rows; r++) {
                all[r * width + c] = columns.get(c).number(r);
            }
        }
        return Tensor.of(all, rows, width);
    }

    /** What a column holds. */
    public enum Kind {
        /** 64-bit whole numbers, none missing. */
        WHOLE,
        /** Double numbers; empty cells are NaN. */
        NUMBER,
        /** Anything else. */
        TEXT
    }

    /** One column. Immutable once its table is read. */
    public static final class Column {
        private final String name;
        private final Kind kind;
        private final long[] longs;
        private final double[] doubles;
        private final String[] strings;

        Column(String name, Kind kind, int rows) {
            this.name = name;
            this.kind = kind;
            this.longs = new long[kind == Kind.WHOLE ? rows : 0];
            this.doubles = new double[kind == Kind.NUMBER ? rows : 0];
            this.strings = new String[kind == Kind.TEXT ? rows : 0];
        }

        private void set(int row, String cell) {
            switch (kind) {
                case WHOLE -> longs[row] = Long.parseLong(cell.strip());
                case NUMBER -> doubles[row] = CsvNumbers.parse(cell.strip());
                case TEXT -> strings[row] = cell;
            }
        }

        public String name() {
            return name;
        }

        public Kind kind() {
            return kind;
        }

        /** The number in a row; of a column of numbers. */
        public double number(int row) {
            return kind == Kind.WHOLE ? longs[row] : doubles[row];
        }

        /** The whole number in a row; of a column of whole numbers. */
        public long whole(int row) {
            return longs[row];
        }

        /** The text in a row; of a column of text. */
        public String text(int row) {
            return strings[row];
        }

        /** All values: INT64, DOUBLE or STRING, [rows, 1]. */
        public Tensor tensor() {
            return switch (kind) {
                case WHOLE -> Tensor.of(longs, longs.length, 1);
                case NUMBER -> Tensor.of(doubles, doubles.length, 1);
                case TEXT -> Tensor.of(strings, strings.length, 1);
            };
        }
    }

    /** The first pass: how many rows, and what each column holds below the first row. */
    private static final class Survey {
        private final Path file;
        private List<String> first = List.of();
        private final List<Kind> kinds = new ArrayList<>();
        private int rows;

        Survey(Path file) {
            this.file = file;
        }

        void row(int line, List<String> cells) {
            if (rows++ == 0) {
                first = cells;
                cells.forEach(cell -> kinds.add(Kind.WHOLE));
                return;
            }
            if (cells.size() != first.size()) {
                throw new InvalidInputException("Table (" + file + ") has (" + cells.size() + ") cells in line (" + line
                        + ") but " + first.size() + " in its first row. Maybe a separator or quote is missing there.");
            }
            count(cells);
        }

        private void count(List<String> cells) {
            for (int c = 0; c < cells.size(); c++) {
                Kind kind = kinds.get(c);
                if (kind != Kind.TEXT) {
                    Kind seen = CsvNumbers.kind(cells.get(c).strip());
                    kinds.set(c, seen.compareTo(kind) > 0 ? seen : kind);
                }
            }
        }

        void countFirstRow() {
            count(first);
        }

        boolean looksNamed(Set<String> expected) {
            boolean allExpected = true;
            boolean distinctTexts = true;
            for (int c = 0; c < first.size(); c++) {
                boolean text = CsvNumbers.kind(first.get(c).strip()) == Kind.TEXT;
                if (text && rows > 1 && kinds.get(c) != Kind.TEXT) {
                    return true;
                }
                allExpected &= expected.contains(first.get(c).strip());
                distinctTexts &= text;
            }
            return allExpected && distinctTexts && rows > 1;
        }
    }
}
