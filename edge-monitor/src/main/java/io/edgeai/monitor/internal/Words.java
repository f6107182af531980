package io.edgeai.monitor.internal;

import java.util.Locale;

/** Numbers as people read them, always in English. */
final class Words {
    private Words() {}

    static String nanos(double nanos) {
        if (nanos < 1e3) {
            return format("%.0f ns", nanos);
        }
        return nanos < 1e6
                ? format("%.1f µs", nanos * 1e-3)
                : nanos < 1e9 ? format("%.1f ms", nanos * 1e-6) : format("%.1f s", nanos * 1e-9);
    }

    static String percent(double share) {
        return format(share < 0.1 ? "%.2f %%" : "%.1f %%", 100 * share);
    }

    static String bytes(double bytes) {
        return bytes < 1 << 30 ? format("%.0f MiB", bytes / (1 << 20)) : format("%.1f GiB", bytes / (1 << 30));
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
