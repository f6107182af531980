package io.edgeai.monitor.dashboard;

import io.edgeai.monitor.window.WindowSummary;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one reader has of its curves. Not thread-safe. */
final class Curves {
    private @Nullable WindowSummary last;
    private boolean begun;

    /** The rows that the reader lacks, if any; all of them at the beginning and where a clock that went back replaced some. */
    Optional<String> fresh(List<WindowSummary> windows) {
        WindowSummary newest = windows.isEmpty() ? null : windows.get(windows.size() - 1);
        if (begun && Objects.equals(newest, last)) {
            return Optional.empty();
        }
        boolean replaced = last != null && !SeriesRows.drawable(windows).contains(last);
        boolean whole = !begun || replaced;
        Instant after = whole || last == null ? Instant.MIN : last.end();
        begun = true;
        last = newest;
        return Optional.of(JsonText.of(json -> {
            json.writeStartObject();
            json.writeBooleanField("whole", whole);
            json.writeFieldName("rows");
            SeriesRows.write(json, windows, after);
            json.writeEndObject();
        }));
    }
}
