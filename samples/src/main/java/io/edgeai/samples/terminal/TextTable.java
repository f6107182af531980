package io.edgeai.samples.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A table in plain text: columns as wide as their widest cell, numbers to the right. Mutable, not thread-safe. */
public final class TextTable {
    private static final int WIDEST = 60;
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?\\d[\\d.,]*([eE][-+]?\\d+)?( ?(µs|ms|s|%|B|[KMGT]iB))?|NaN|-?Infinity");

    private final List<List<String>> rows = new ArrayList<>();

    /** Begins a table with its column titles. */
    public static TextTable of(String... titles) {
        TextTable table = new TextTable();
        table.rows.add(List.of(titles));
        return table;
    }

    public TextTable row(Object... cells) {
        rows.add(Arrays.stream(cells)
                .map(cell -> shortened(String.valueOf(cell)))
                .toList());
        return this;
    }

    /** One line for each row, the first a heading; no trailing space. */
    public List<String> lines() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        boolean[] right = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            boolean numbers = rows.size() > 1;
            for (int r = 0; r < rows.size(); r++) {
                String cell = cell(r, c);
                widths[c] = Math.max(widths[c], cell.length());
                numbers &= r == 0 || cell.isEmpty() || numeric(cell);
            }
            right[c] = numbers;
        }
        List<String> lines = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                String space = " ".repeat(widths[c] - cell(r, c).length());
                line.append(c == 0 ? "" : "  ")
                        .append(right[c] ? space : "")
                        .append(cell(r, c))
                        .append(right[c] ? "" : space);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    public void print(Terminal terminal) {
        lines().forEach(terminal::line);
    }

    private String cell(int row, int column) {
        return column < rows.get(row).size() ? rows.get(row).get(column) : "";
    }

    private static String shortened(String cell) {
        String line = Failures.oneLine(cell);
        return line.length() <= WIDEST ? line : line.substring(0, WIDEST - 1) + "…";
    }

    private static boolean numeric(String cell) {
        return NUMBER.matcher(cell).matches();
    }
}
