package io.edgeai.core.format;

import io.edgeai.core.format.PickleValues.Bytes;
import io.edgeai.core.format.PickleValues.Dict;
import io.edgeai.core.format.PickleValues.Global;
import io.edgeai.core.format.PickleValues.Made;
import io.edgeai.core.format.PickleValues.Outside;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The outline of a Python pickle (CPython {@code pickletools}): every opcode is followed, nothing is ever imported,
 * called or set on an object; what a pickle would make is written down as {@link PickleValues}. Long bytes and texts
 * are skipped and known by their length. Stops quietly where the pickle is damaged or larger than a sketch may be.
 */
final class PickleSketch {
    private static final int MOST_VALUES = 200_000;
    private static final int LONGEST_TEXT = 4096;
    private static final int LONGEST_HEAD = 4096;
    private static final int MOST_KEPT = 4 << 20;
    private static final int DEEPEST = 8;
    private static final Object MARK = new Object();

    /** What all sketches of one stream share. */
    static final class Limits {
        private int values = MOST_VALUES;
        private int kept = MOST_KEPT;
        private int depth;
    }

    private final InputStream in;
    private final Limits limits;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();
    private Object value = PickleValues.NONE;
    private boolean complete;

    private PickleSketch(InputStream in, Limits limits) {
        this.in = in;
        this.limits = limits;
    }

    /** Reads one pickle and leaves the stream behind its end. */
    static PickleSketch of(InputStream in, Limits limits) {
        PickleSketch sketch = new PickleSketch(in, limits);
        sketch.run();
        return sketch;
    }

    /** What it makes; where it stopped before its end, what it was about to build a state for. */
    Object value() {
        return value;
    }

    /** Whether it was read up to its end. */
    boolean complete() {
        return complete;
    }

    private void run() {
        try {
            while (!complete && limits.values > 0) {
                step(in.read());
            }
        } catch (IOException e) {
            complete = false; // what was built so far stands
        }
        if (!complete) {
            value = stack.stream().filter(Made.class::isInstance).findFirst().orElse(PickleValues.NONE);
        }
    }

    private void step(int op) throws IOException {
        switch (op) {
            case '.' -> {
                value = pop();
                complete = true;
            }
            case '(' -> push(MARK);
            case '0' -> pop();
            case '1' -> toMark();
            case '2' -> push(top());
            case 'N' -> push(PickleValues.NONE);
            case 0x88, 0x89 -> push(op == 0x88);
            case 'K' -> push(number(1));
            case 'M' -> push(number(2));
            case 'J' -> push((long) (int) number(4));
            case 0x8a -> push(big(number(1)));
            case 0x8b -> push(big(number(4)));
            case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(number(8))));
            case 'I', 'L', 'F' -> push(decimal(line()));
            case 'S' -> push(unquoted(line()));
            case 'V' -> push(line());
            case 'X' -> push(text(number(4)));
            case 0x8c -> push(text(number(1)));
            case 0x8d -> push(text(number(8)));
            case 'T' -> push(text(number(4)));
            case 'U' -> push(text(number(1)));
            case 'B' -> push(bytes(number(4)));
            case 'C' -> push(bytes(number(1)));
            case 0x8e, 0x96 -> push(bytes(number(8)));
            case 0x97 -> push(PickleValues.NONE); // a buffer kept elsewhere
            case 0x98 -> top();
            case ']', ')', 0x8f -> push(new ArrayList<>(0));
            case '}' -> push(new Dict());
            case 'a' -> append(List.of(pop()));
            case 'e', 0x90 -> append(toMark());
            case 's' -> {
                Object item = pop();
                set(List.of(pop(), item));
            }
            case 'u' -> set(toMark());
            case 't', 'l', 0x91 -> push(toMark());
            case 'd' -> {
                List<Object> items = toMark();
                push(new Dict());
                set(items);
            }
            case 0x85 -> push(last(1));
            case 0x86 -> push(last(2));
            case 0x87 -> push(last(3));
            case 'g' -> get(number(line()));
            case 'h' -> get(number(1));
            case 'j' -> get(number(4));
            case 'p' -> put(number(line()));
            case 'q' -> put(number(1));
            case 'r' -> put(number(4));
            case 0x94 -> put(memo.size());
            case 0x80 -> number(1);
            case 0x95 -> number(8);
            case 0x82, 0x83, 0x84 -> {
                number(1 << op - 0x82);
                push(PickleValues.NONE);
            }
            case 'P' -> push(new Outside(line()));
            case 'Q' -> push(new Outside(pop()));
            default -> object(op);
        }
    }

    /** The opcodes that would make objects. */
    private void object(int op) throws IOException {
        switch (op) {
            case 'c' -> push(new Global(line() + "." + line()));
            case 0x93 -> {
                Object name = pop();
                push(
                        pop() instanceof String module && name instanceof String text
                                ? new Global(module + "." + text)
                                : PickleValues.NONE);
            }
            case 'R', 0x81 -> {
                Object arguments = pop();
                push(made(pop(), arguments));
            }
            case 0x92 -> {
                pop();
                Object arguments = pop();
                push(made(pop(), arguments));
            }
            case 'i' -> {
                Global type = new Global(line() + "." + line());
                push(made(type, toMark()));
            }
            case 'o' -> {
                List<Object> parts = toMark();
                push(made(PickleValues.item(parts, 0), parts.isEmpty() ? parts : parts.subList(1, parts.size())));
            }
            case 'b' -> {
                Object state = pop();
                if (top() instanceof Made made) {
                    made.state = state;
                    if (made.by.startsWith("joblib.numpy_pickle.NumpyArrayWrapper")) {
                        behind(made);
                    }
                }
            }
            default -> throw new EOFException("opcode " + op);
        }
    }

    private static Object made(Object by, Object arguments) {
        if (by instanceof Global global) {
            boolean plain =
                    global.name().endsWith("._reconstructor") || global.name().endsWith(".__newobj__");
            if (plain && PickleValues.item(arguments, 0) instanceof Global type) {
                return new Made(type.name(), arguments);
            }
            return new Made(global.name(), arguments);
        }
        return new Made("?", arguments);
    }

    /** joblib writes an array's bytes, or a pickle of its objects, behind the opcode that ends its description. */
    private void behind(Made wrapper) throws IOException {
        PickleArray array = PickleArray.of(wrapper);
        if (array == null) {
            throw new EOFException("array");
        }
        if (array.objects()) {
            if (++limits.depth > DEEPEST) {
                throw new EOFException("depth");
            }
            PickleSketch inner = of(in, limits);
            limits.depth--;
            wrapper.behind = inner.value();
            if (!inner.complete()) {
                throw new EOFException("array of objects");
            }
            return;
        }
        if (wrapper.attribute("numpy_array_alignment_bytes") instanceof Long) {
            in.skipNBytes(number(1));
        }
        wrapper.behind = bytes(array.bytes());
    }

    private void push(Object item) throws IOException {
        limits.values--;
        stack.add(item);
    }

    private Object pop() throws IOException {
        Object item = top();
        stack.remove(stack.size() - 1);
        return item;
    }

    private Object top() throws IOException {
        if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
            throw new EOFException("stack");
        }
        return stack.get(stack.size() - 1);
    }

    private List<Object> last(int n) throws IOException {
        if (stack.size() < n) {
            throw new EOFException("stack");
        }
        List<Object> tail = stack.subList(stack.size() - n, stack.size());
        List<Object> items = new ArrayList<>(tail);
        tail.clear();
        return items;
    }

    private List<Object> toMark() throws IOException {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw new EOFException("mark");
        }
        List<Object> items = last(stack.size() - mark - 1);
        stack.remove(mark);
        return items;
    }

    @SuppressWarnings("unchecked")
    private void append(List<Object> items) throws IOException {
        if (top() instanceof List<?> list) {
            ((List<Object>) list).addAll(items);
        } else if (top() instanceof Made made) {
            made.list.addAll(items);
        }
    }

    private void set(List<Object> items) throws IOException {
        Dict dict = top() instanceof Dict direct ? direct : top() instanceof Made made ? made.items : new Dict();
        for (int i = 0; i + 1 < items.size(); i += 2) {
            dict.put(items.get(i), items.get(i + 1));
        }
    }

    private void get(long key) throws IOException {
        Object item = memo.get(key);
        push(item == null ? PickleValues.NONE : item);
    }

    private void put(long key) throws IOException {
        limits.values--;
        memo.put(key, top());
    }

    private long number(int size) throws IOException {
        long number = 0;
        for (int i = 0; i < size; i++) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            number |= (long) b << 8 * i;
        }
        return number;
    }

    private Object big(long length) throws IOException {
        byte[] head = bytes(length).head();
        if (length > Long.BYTES || head.length < length) {
            return PickleValues.NONE;
        }
        long big = length == 0 ? 0 : head[head.length - 1]; // its sign goes on
        for (int i = head.length - 2; i >= 0; i--) {
            big = big << 8 | head[i] & 0xff;
        }
        return big;
    }

    private Object text(long length) throws IOException {
        Bytes bytes = bytes(length);
        return length == bytes.head().length ? new String(bytes.head(), StandardCharsets.UTF_8) : bytes;
    }

    private Bytes bytes(long length) throws IOException {
        if (length < 0) {
            throw new EOFException("length");
        }
        byte[] head = in.readNBytes((int) Math.min(Math.min(LONGEST_HEAD, limits.kept), length));
        limits.kept -= head.length;
        in.skipNBytes(length - head.length);
        return new Bytes(length, head);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.length() > LONGEST_TEXT) {
                throw new EOFException("line");
            }
            line.append((char) b);
        }
        return line.toString();
    }

    private static String unquoted(String line) {
        return line.length() > 1 ? line.substring(1, line.length() - 1) : line;
    }

    private static long number(String line) {
        return line.matches("[0-9]{1,9}") ? Long.parseLong(line) : -1;
    }

    private static Object decimal(String line) {
        if (line.matches("-?[0-9]{1,18}L?")) {
            return Long.parseLong(line.replace("L", ""));
        }
        return line.matches("-?[0-9.]{1,30}(e[-+]?[0-9]{1,4})?") ? Double.parseDouble(line) : PickleValues.NONE;
    }
}
