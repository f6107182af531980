package io.edgeai.core.format;

import io.edgeai.core.format.PickleValues.Bytes;
import io.edgeai.core.format.PickleValues.Dict;
import io.edgeai.core.format.PickleValues.Global;
import io.edgeai.core.format.PickleValues.Items;
import io.edgeai.core.format.PickleValues.Made;
import io.edgeai.core.format.PickleValues.Outside;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The outline of a Python pickle (CPython {@code pickletools}): every opcode is followed, nothing is ever imported,
 * called or set on an object; what a pickle would make is written down as {@link PickleValues}. Long bytes and texts
 * are skipped and known by their length. Of very large pickles the first items of each container are kept, as
 * {@link PickleRoom} says. Stops quietly where the pickle is damaged or larger than a sketch may be.
 */
final class PickleSketch {
    private static final int LONGEST_TEXT = 4096;
    private static final int LONGEST_HEAD = 4096;
    private static final int LONGEST_TIGHT_HEAD = 256;
    private static final int FIRST_ITEMS = 64;
    private static final int SLOT = 12;
    private static final int MARKED = 24;
    private static final int NUMBER = 16;
    private static final int TEXT = 48;
    private static final int CONTAINER = 72;
    private static final int DICT = 136;
    private static final int OBJECT = 112;
    private static final Object MARK = new Object();

    private final InputStream in;
    private final PickleRoom room;
    private final List<Object> stack = new ArrayList<>();
    private final PickleMarks marks = new PickleMarks();
    private final PickleMemo memo = new PickleMemo();
    private Object value = PickleValues.NONE;
    private Object tuple = PickleValues.NONE;
    private long tupleHeld;
    private int tuplePut;
    private boolean complete;
    private String stopped = "";

    private PickleSketch(InputStream in, PickleRoom room) {
        this.in = in;
        this.room = room;
    }

    /** Reads one pickle and leaves the stream behind its end. */
    static PickleSketch of(InputStream in, PickleRoom room) {
        PickleSketch sketch = new PickleSketch(in, room);
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

    /** Why it was not read up to its end, as far as it is damaged; empty where it is larger than a sketch may be. */
    String damage() {
        return stopped;
    }

    private void run() {
        try {
            while (!complete && room.more()) {
                int op = in.read();
                if (op < 0) {
                    throw new EOFException("it breaks off");
                }
                step(op);
            }
        } catch (IOException e) { // what was built so far stands
            complete = false;
            stopped = e.getMessage() == null ? "it breaks off" : e.getMessage();
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
            case '(' -> {
                marks.add(room.held(), memo.top());
                push(MARK);
                room.take(MARKED);
            }
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
            case ']', ')', 0x8f -> push(new Items());
            case '}' -> push(new Dict());
            case 'a' -> append(List.of(pop()), false);
            case 'e', 0x90 -> append(toMark(), true);
            case 's' -> {
                Object item = pop();
                set(List.of(pop(), item), false);
            }
            case 'u' -> set(toMark(), true);
            case 't', 'l', 0x91 -> {
                tuple = toMark();
                tupleHeld = marks.held();
                tuplePut = marks.put();
                push(tuple);
            }
            case 'd' -> {
                List<Object> items = toMark();
                push(new Dict());
                set(items, true);
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
            case 0x94 -> put(memo.puts());
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
            case 'R' -> {
                Object arguments = pop();
                Made made = made(pop(), arguments);
                if (room.tight() && arguments == tuple && TorchTensors.rebuilds(made)) {
                    room.passing.accept(made);
                    made.retain(Set.of());
                    room.back(tupleHeld, memo.forget(tuplePut, made));
                }
                push(made);
            }
            case 0x81 -> {
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
                    } else if (room.tight() && !room.attributes.isEmpty() && SklearnInspection.ours(made)) {
                        room.passing.accept(made);
                        made.retain(room.attributes);
                        room.back(made.heldBefore, staying(state) + memo.forget(made.putBefore, made));
                    }
                }
            }
            default -> throw new EOFException("there is no opcode " + op);
        }
    }

    /** Of an estimator whose attributes were let go but for a few. */
    private static long staying(Object state) {
        long bytes = OBJECT;
        if (state instanceof Dict dict) {
            for (Object each : dict.values) {
                bytes += each instanceof Made || each instanceof List ? 4 * OBJECT : 2 * SLOT;
            }
        }
        return bytes;
    }

    private Made made(Object by, Object arguments) {
        Made made = named(by, arguments);
        made.heldBefore = room.held();
        made.putBefore = memo.top();
        return made;
    }

    private static Made named(Object by, Object arguments) {
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
            throw new EOFException("an array is of no known form");
        }
        if (array.objects()) {
            if (!room.enter()) {
                throw new EOFException("arrays lie in arrays without end");
            }
            PickleSketch inner = of(in, room);
            room.leave();
            wrapper.behind = inner.value();
            if (!inner.complete()) {
                throw new EOFException(inner.damage());
            }
            return;
        }
        if (wrapper.attribute("numpy_array_alignment_bytes") instanceof Long) {
            in.skipNBytes(number(1));
        }
        wrapper.behind = bytes(array.bytes());
    }

    private void push(Object item) {
        room.take(SLOT + cost(item));
        stack.add(item);
    }

    /** Of a value that was just made; of what was there before, and of texts, nothing more. */
    private static int cost(Object item) {
        if (item instanceof Long || item instanceof Double) {
            return NUMBER;
        }
        boolean fresh = item instanceof List<?> list && list.isEmpty();
        return fresh
                ? CONTAINER
                : item instanceof Dict ? DICT : item instanceof Made || item instanceof Outside ? OBJECT : 0;
    }

    private Object pop() throws IOException {
        Object item = top();
        stack.remove(stack.size() - 1);
        room.take(-SLOT);
        return item;
    }

    private Object top() throws IOException {
        if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
            throw new EOFException("an opcode finds nothing on the stack");
        }
        return stack.get(stack.size() - 1);
    }

    private List<Object> last(int n) throws IOException {
        if (stack.size() < n) {
            throw new EOFException("an opcode finds too little on the stack");
        }
        List<Object> tail = stack.subList(stack.size() - n, stack.size());
        List<Object> items = new ArrayList<>(tail);
        tail.clear();
        room.take(CONTAINER + NUMBER);
        return items;
    }

    private List<Object> toMark() throws IOException {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw new EOFException("an opcode looks for a mark that is not there");
        }
        List<Object> items = last(stack.size() - mark - 1);
        stack.remove(mark);
        room.take(-SLOT - MARKED);
        marks.remove();
        return items;
    }

    private void append(List<Object> items, boolean batch) throws IOException {
        Object onto = top();
        if (onto instanceof Items || onto instanceof Made) {
            Items list = onto instanceof Items direct ? direct : ((Made) onto).list();
            int kept = kept(list.size(), items.size());
            list.addAll(items.subList(0, kept));
            list.passed += items.size() - kept;
            letGo(items, kept, 1, batch);
        }
    }

    private void set(List<Object> items, boolean batch) throws IOException {
        Object onto = top();
        Dict dict = onto instanceof Dict direct ? direct : onto instanceof Made made ? made.items() : new Dict();
        int kept = 2 * kept(dict.keys.size(), items.size() / 2);
        for (int i = 0; i + 1 < kept; i += 2) {
            dict.put(items.get(i), items.get(i + 1));
        }
        letGo(items, kept, 2, batch);
    }

    /** How many of so many more items a container keeps. */
    private int kept(int before, int more) {
        return room.tight() ? Math.min(more, Math.max(0, FIRST_ITEMS - before)) : more;
    }

    private void letGo(List<Object> items, int kept, int step, boolean batch) {
        if (kept + step > items.size()) {
            return;
        }
        for (int i = kept + step - 1; i < items.size(); i += step) {
            room.passing.accept(items.get(i));
        }
        if (batch) {
            long share = (room.held() - marks.held()) * kept / items.size();
            room.back(marks.held(), Math.max(0, share) + memo.forget(marks.put(), null));
        } else if (items.get(items.size() - 1) instanceof Made made) {
            room.back(made.heldBefore, memo.forget(made.putBefore, null));
        }
    }

    private void get(long key) {
        Object item = memo.get(key);
        stack.add(item == null ? PickleValues.NONE : item);
        room.take(SLOT);
    }

    private void put(long key) throws IOException {
        room.take(memo.put(key, top()));
    }

    private long number(int size) throws IOException {
        long number = 0;
        for (int i = 0; i < size; i++) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("it breaks off");
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
            throw new EOFException("a length is negative");
        }
        byte[] head = in.readNBytes((int) Math.min(room.tight() ? LONGEST_TIGHT_HEAD : LONGEST_HEAD, length));
        room.take(TEXT + head.length);
        in.skipNBytes(length - head.length);
        return new Bytes(length, head);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.length() > LONGEST_TEXT) {
                throw new EOFException(b < 0 ? "it breaks off" : "a line has no end");
            }
            line.append((char) b);
        }
        room.take(TEXT + line.length());
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
