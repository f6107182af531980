package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;

/**
 * Walks an XGBoost model in Universal Binary JSON (draft 12, https://ubjson.org): keys and single values are read,
 * arrays of numbers with a stated type and length are stepped over. Not thread-safe.
 */
final class UbjsonWalk {
    private static final int DEEPEST = 64;
    private static final int LONGEST = 4096;

    private final FileView file;
    private final XgboostSummary summary;
    private final StringBuilder version = new StringBuilder();
    private long at;

    private UbjsonWalk(FileView file, XgboostSummary summary) {
        this.file = file;
        this.summary = summary;
    }

    /** @throws ModelFormatException where the document is damaged */
    static void of(FileView file, XgboostSummary summary, Findings findings) {
        UbjsonWalk walk = new UbjsonWalk(file, summary);
        walk.value("", "", walk.next(), 0);
        findings.formatVersion(walk.version.toString());
    }

    private ModelFormatException damaged(String what) {
        return new ModelFormatException("Model (" + file.path() + ") is UBJSON that is damaged at byte (" + at + "): "
                + what + ". Maybe fetch it again.");
    }

    private int next() {
        if (at >= file.size()) {
            throw damaged("it ends early");
        }
        return file.at(at++);
    }

    private long number(int bytes) {
        need(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | file.at(at++);
        }
        int unused = 64 - 8 * bytes;
        return value << unused >> unused;
    }

    private void need(long bytes) {
        if (bytes < 0 || bytes > file.size() - at) {
            throw damaged("a length (" + bytes + ") beyond its end");
        }
    }

    /** Bytes of a value of that type without its mark, or -1 where that varies. */
    private static int width(int type) {
        return switch (type) {
            case 'Z', 'N', 'T', 'F' -> 0;
            case 'i', 'U', 'C' -> 1;
            case 'I' -> 2;
            case 'l', 'd' -> 4;
            case 'L', 'D' -> 8;
            default -> -1;
        };
    }

    private long integer(int type) {
        return switch (type) {
            case 'i' -> number(1);
            case 'U' -> number(1) & 0xff;
            case 'I' -> number(2);
            case 'l' -> number(4);
            case 'L' -> number(8);
            default -> throw damaged("a mark (" + type + ") where a length belongs");
        };
    }

    private String text() {
        long length = integer(next());
        need(length);
        String text = file.utf8(at, (int) Math.min(LONGEST, length));
        at += length;
        return text;
    }

    private void value(String parent, String key, int type, int depth) {
        if (depth > DEEPEST) {
            throw damaged("nested deeper than (" + DEEPEST + ")");
        }
        switch (type) {
            case '{' -> object(key, depth);
            case '[' -> array(parent, key, depth);
            case 'S', 'H' -> summary.value(parent, key, text());
            case 'd' -> summary.value(parent, key, Float.toString(Float.intBitsToFloat((int) number(4))));
            case 'D' -> summary.value(parent, key, Double.toString(Double.longBitsToDouble(number(8))));
            case 'i', 'U', 'I', 'l', 'L' -> summary.value(parent, key, Long.toString(integer(type)));
            default -> {
                int width = width(type);
                if (width < 0) {
                    throw damaged("an unknown mark (" + type + ")");
                }
                need(width);
                at += width;
            }
        }
    }

    private void object(String name, int depth) {
        for (int mark = next(); mark != '}'; mark = next()) {
            at--;
            String key = text();
            value(name, key, next(), depth + 1);
        }
    }

    private void array(String parent, String key, int depth) {
        int mark = next();
        int type = -1;
        if (mark == '$') {
            type = next();
            mark = next();
            if (mark != '#') {
                throw damaged("a type without a count");
            }
        }
        if (mark == '#') {
            counted(parent, key, type, integer(next()), depth);
            return;
        }
        long numbers = 0;
        for (; mark != ']'; mark = next()) {
            numbers += element(parent, key, mark, depth);
        }
        summary.numbers(parent, key, numbers);
    }

    private void counted(String parent, String key, int type, long count, int depth) {
        int width = type < 0 ? -1 : width(type);
        boolean wanted = key.equals("version") && parent.isEmpty() || summary.wants(key);
        if (width >= 0 && !wanted) {
            need(count < 0 || count > file.size() ? -1 : count * width);
            at += count * width;
            summary.numbers(parent, key, count);
            return;
        }
        need(count);
        long numbers = 0;
        for (long i = 0; i < count; i++) {
            numbers += element(parent, key, type < 0 ? next() : type, depth);
        }
        summary.numbers(parent, key, numbers);
    }

    /** Reads an element; 1 where it is a number. */
    private int element(String parent, String key, int type, int depth) {
        if (type == 'S') {
            summary.item(parent, key, text());
            return 0;
        }
        if (type == '{' || type == '[') {
            value(key, key, type, depth + 1);
            return 0;
        }
        if ("iUIlL".indexOf(type) >= 0) {
            long number = integer(type);
            summary.element(key, number);
            if (key.equals("version") && parent.isEmpty() && version.length() < 64) {
                version.append(version.isEmpty() ? "" : ".").append(number);
            }
            return 1;
        }
        int width = width(type);
        if (width < 0) {
            throw damaged("an unknown mark (" + type + ")");
        }
        need(width);
        at += width;
        return width > 0 ? 1 : 0;
    }
}
