package io.edgeai.core.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A row of texts that is fetched as one text, since each value that is fetched costs a call into the database's own code. Where
 * a text holds the mark that stands between them, or is null, they are fetched one by one. Not thread-safe.
 */
final class JoinedRow {
    private static final char MARK = '\u001f';

    private final String[] columns;
    private final int[] ends;
    private final List<@Nullable String> apart = new ArrayList<>();
    private String text = "";

    /** @param expressions texts or numbers in SQL */
    JoinedRow(String... expressions) {
        this.columns = expressions.clone();
        this.ends = new int[expressions.length];
    }

    /** What to select. */
    String select() {
        // In place of a null a mark, so that there are too many.
        String joined = Arrays.stream(columns)
                .map(column -> "COALESCE(CAST(" + column + " AS TEXT), '" + MARK + "')")
                .collect(Collectors.joining(", "));
        return "concat_ws('" + MARK + "', " + joined + "), " + String.join(", ", columns);
    }

    JoinedRow at(ResultSet rows) throws SQLException {
        apart.clear();
        text = String.valueOf(rows.getString(1));
        if (!split()) {
            for (int i = 0; i < ends.length; i++) {
                apart.add(rows.getString(i + 2));
            }
        }
        return this;
    }

    private boolean split() {
        int parts = 0;
        for (int at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + 1)) {
            if (parts == ends.length - 1) {
                return false;
            }
            ends[parts++] = at;
        }
        ends[parts] = text.length();
        return parts == ends.length - 1;
    }

    /** The i-th text from 0; {@code "null"} for a null. */
    String text(int i) {
        return apart.isEmpty() ? text.substring(begin(i), ends[i]) : String.valueOf(apart.get(i));
    }

    /** As {@link #text}, and the same object where it equals one that was there before. */
    String text(int i, String before) {
        boolean same = apart.isEmpty() && ends[i] - begin(i) == before.length() && text.startsWith(before, begin(i));
        return same ? before : text(i);
    }

    private int begin(int i) {
        return i == 0 ? 0 : ends[i - 1] + 1;
    }

    long number(int i) {
        return apart.isEmpty() ? Long.parseLong(text, begin(i), ends[i], 10) : Long.parseLong(text(i));
    }
}
