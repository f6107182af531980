package io.edgeai.core.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists the classes and functions that a Python pickle names, without building any object: opcodes are skipped by their
 * lengths (CPython {@code pickletools}); only strings, the memo of strings and the two opcodes that name globals are
 * followed. Stops quietly where the opcodes end, which in joblib files is at the first array.
 */
final class PickleScan {
    /** The long that PyTorch before 1.6 writes as the first pickle of a file (torch/serialization.py MAGIC_NUMBER). */
    private static final String TORCH_MAGIC = "6cfc9c46f9206aa85019";

    private static final int MOST_GLOBALS = 1000;
    private static final int MOST_NAMES = 2000;
    private static final int LONGEST_NAME = 200;
    private static final String NO_ARGUMENT =
            "012()]ael}dsutNboRQ\u0081\u0085\u0086\u0087\u0088\u0089\u008f\u0090\u0091" + "\u0092\u0097\u0098";

    private final byte[] bytes;
    private final List<String> globals = new ArrayList<>();
    private final Map<Integer, String> memo = new HashMap<>();
    private int at;
    private int memoized;
    private @Nullable String top;
    private @Nullable String below;
    private boolean torch;
    private boolean stopped;

    private PickleScan(byte[] bytes) {
        this.bytes = bytes;
    }

    static PickleScan of(byte[] head) {
        PickleScan scan = new PickleScan(head);
        scan.run();
        return scan;
    }

    static boolean hasProtocolMark(byte[] head) {
        return head.length > 2 && head[0] == (byte) 0x80 && head[1] >= 2 && head[1] <= 5;
    }

    /** Each as {@code module.name}, in order of appearance. */
    List<String> globals() {
        return globals;
    }

    /** Whether it is a PyTorch file of the time before ZIP archives. */
    boolean legacyTorch() {
        return torch;
    }

    /** Whether a whole pickle was read, up to its STOP. */
    boolean complete() {
        return stopped;
    }

    private void run() {
        while (at < bytes.length && !stopped && globals.size() < MOST_GLOBALS) {
            if (!step(bytes[at++] & 0xff)) {
                return;
            }
        }
    }

    private boolean step(int op) {
        switch (op) {
            case '.' -> stopped = true;
            case 'c', 'i' -> global(line(), line());
            case 0x93 -> global(below, top);
            case 'S', 'V' -> push(line());
            case 'I', 'L', 'F', 'P' -> push(line() == null ? null : "");
            case 'X', 'T' -> push(string(4));
            case 0x8c, 'U' -> push(string(1));
            case 0x8d -> push(string(8));
            case 'B' -> skip(number(4));
            case 'C' -> skip(number(1));
            case 0x8e, 0x96 -> skip(number(8));
            case 0x8a -> longNumber(number(1));
            case 0x8b -> skip(number(4));
            case 'K' -> skip(1);
            case 'M', 0x83 -> skip(2);
            case 'J', 0x84 -> skip(4);
            case 'G' -> skip(8);
            case 0x80, 0x82 -> at++;
            case 0x95 -> at += 8;
            case 'g' -> push(memo.get(decimal(line())));
            case 'h' -> push(memo.get((int) number(1)));
            case 'j' -> push(memo.get((int) number(4)));
            case 'p' -> put(decimal(line()));
            case 'q' -> put((int) number(1));
            case 'r' -> put((int) number(4));
            case 0x94 -> put(memoized);
            default -> {
                return NO_ARGUMENT.indexOf(op) >= 0;
            }
        }
        return at >= 0 && at <= bytes.length;
    }

    private void global(@Nullable String module, @Nullable String name) {
        if (module != null && name != null && module.length() < LONGEST_NAME && name.length() < LONGEST_NAME) {
            globals.add(module + "." + name);
        }
        push(null);
    }

    private void push(@Nullable String value) {
        below = top;
        top = value;
    }

    private void put(int key) {
        memoized++;
        if (top != null && top.length() < LONGEST_NAME && memo.size() < MOST_NAMES) {
            memo.put(key, top);
        }
    }

    private void skip(long n) {
        push(null);
        advance(n);
    }

    private void advance(long n) {
        at = n < 0 || n > bytes.length - at ? -1 : at + (int) n;
    }

    private void longNumber(long n) {
        int from = at;
        skip(n);
        if (at > 0 && n == TORCH_MAGIC.length() / 2 && hex(from, at).equals(TORCH_MAGIC)) {
            torch = true;
        }
    }

    private String hex(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(String.format("%02x", bytes[i]));
        }
        return text.toString();
    }

    private long number(int size) {
        if (at < 0 || size > bytes.length - at) {
            at = -1;
            return 0;
        }
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | (bytes[at + i] & 0xff);
        }
        at += size;
        return value;
    }

    private @Nullable String string(int lengthBytes) {
        long n = number(lengthBytes);
        int from = at;
        if (at >= 0) {
            advance(n);
        }
        return at < 0 ? null : new String(bytes, from, (int) n, StandardCharsets.UTF_8);
    }

    private @Nullable String line() {
        for (int i = Math.max(at, 0); at >= 0 && i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                String text = new String(bytes, at, i - at, StandardCharsets.UTF_8);
                at = i + 1;
                return text;
            }
        }
        at = -1;
        return null;
    }

    private static int decimal(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }
}
