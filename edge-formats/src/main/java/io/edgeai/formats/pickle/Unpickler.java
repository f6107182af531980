package io.edgeai.formats.pickle;

import io.edgeai.core.error.ModelFormatException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The pickle machine: every opcode of protocols 0 to 5 (CPython {@code pickletools}), with records in place of objects.
 * Arrays that joblib writes between opcodes are read where they stand. Single-use, not thread-safe.
 */
final class Unpickler {
    private final PickleInput in;
    private final PickleLimits limits;
    private final int nesting;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private final int[] budget;
    private final Consumer<PyGlobal> named;

    Unpickler(PickleInput in, PickleLimits limits) {
        this(in, limits, ignored -> {});
    }

    /** @param named told of every class and function that the pickle names, used or not */
    Unpickler(PickleInput in, PickleLimits limits, Consumer<PyGlobal> named) {
        this(in, limits, 0, new int[] {limits.objects()}, named);
    }

    private Unpickler(PickleInput in, PickleLimits limits, int nesting, int[] budget, Consumer<PyGlobal> named) {
        this.named = named;
        this.in = in;
        this.limits = limits;
        this.nesting = nesting;
        this.budget = budget;
        if (nesting > Math.min(limits.depth(), 16)) {
            throw new ModelFormatException("Pickle holds pickles within pickles deeper than (" + nesting + ").");
        }
    }

    /** Another pickle that stands inside this one. */
    Unpickler nested() {
        return new Unpickler(in, limits, nesting + 1, budget, named);
    }

    PickleInput input() {
        return in;
    }

    /** Runs to the pickle's end. */
    Object read() {
        while (true) {
            int at = in.position();
            int op = in.u8();
            if (op == '.') {
                return pop();
            }
            step(op, at);
        }
    }

    private void step(int op, int at) {
        switch (op) {
            case 0x80 -> protocol(in.u8());
            case 0x95 -> in.take(8);
            case '(' -> mark();
            case '0' -> {
                if (!marks.isEmpty() && marks.get(marks.size() - 1) == stack.size()) {
                    marks.remove(marks.size() - 1);
                } else {
                    pop();
                }
            }
            case '1' -> popMark();
            case '2' -> push(top());
            case 'N' -> push(PyNone.NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'I' -> {
                String line = in.line();
                push(line.equals("01") ? (Object) true : line.equals("00") ? (Object) false : PickleText.integer(line));
            }
            case 'L' -> push(PickleText.integer(in.line()));
            case 'F' -> push(PickleText.real(in.line()));
            case 'G' -> push(in.bigEndianDouble());
            case 'J' -> push((long) in.i32());
            case 'K' -> push((long) in.u8());
            case 'M' -> push((long) in.u16());
            case 0x8a -> push(whole(in.u8()));
            case 0x8b -> push(whole(in.u32()));
            case 'S' -> push(PickleText.quoted(in.latinLine()));
            case 'V' -> push(PickleText.unicode(in.latinLine()));
            case 'T' -> push(in.latin(in.u32()));
            case 'U' -> push(in.latin(in.u8()));
            case 'X' -> push(in.utf8(in.u32()));
            case 0x8c -> push(in.utf8(in.u8()));
            case 0x8d -> push(in.utf8(in.i64()));
            case 'B' -> push(in.copy(in.u32()));
            case 'C' -> push(in.copy(in.u8()));
            case 0x8e, 0x96 -> push(in.copy(in.i64()));
            case 0x97, 0x98 ->
                throw new ModelFormatException("Pickle keeps buffers outside the file (opcode at offset " + at
                        + "). Maybe save it without a buffer_callback.");
            default -> structure(op, at);
        }
    }

    private void structure(int op, int at) {
        switch (op) {
            case ']' -> push(new ArrayList<>(0));
            case ')' -> push(PyTuple.EMPTY);
            case '}' -> push(new PyDict());
            case 0x8f -> push(new PySet());
            case 'l' -> push(popMark());
            case 't' -> push(new PyTuple(popMark()));
            case 0x85 -> push(new PyTuple(popLast(1)));
            case 0x86 -> push(new PyTuple(popLast(2)));
            case 0x87 -> push(new PyTuple(popLast(3)));
            case 'd' -> {
                PyDict dict = new PyDict();
                putAll(dict, popMark());
                push(dict);
            }
            case 0x91 -> {
                PySet set = new PySet();
                set.addAll(popMark());
                push(set);
            }
            case 'a' -> appendAll(popLast(1));
            case 'e' -> appendAll(popMark());
            case 0x90 -> addAll(popMark());
            case 's' -> putAll(stack.size() > 2 ? stack.get(stack.size() - 3) : PyNone.NONE, popLast(2));
            case 'u' -> {
                List<Object> pairs = popMark();
                putAll(top(), pairs);
            }
            case 'p' -> memoize(PickleText.index(in.line()));
            case 'q' -> memoize(in.u8());
            case 'r' -> memoize(index(in.u32()));
            case 0x94 -> memoize(memo.size());
            case 'g' -> recall(PickleText.index(in.line()));
            case 'h' -> recall(in.u8());
            case 'j' -> recall(index(in.u32()));
            default -> objects(op, at);
        }
    }

    private void objects(int op, int at) {
        switch (op) {
            case 'c' -> push(global(in.line(), in.line()));
            case 0x93 -> {
                List<Object> names = popLast(2);
                push(global(text(names.get(0)), text(names.get(1))));
            }
            case 0x82 -> push(extension(in.u8()));
            case 0x83 -> push(extension(in.u16()));
            case 0x84 -> push(extension(in.i32()));
            case 'i' -> {
                PyGlobal type = global(in.line(), in.line());
                push(Calls.call(type, popMark()));
            }
            case 'o' -> {
                List<Object> all = popMark();
                if (all.isEmpty()) {
                    throw bad("OBJ without a class", at);
                }
                push(Calls.call(all.get(0), new ArrayList<>(all.subList(1, all.size()))));
            }
            case 'R' -> {
                List<Object> call = popLast(2);
                push(Calls.call(call.get(0), arguments(call.get(1), at)));
            }
            case 0x81 -> {
                List<Object> call = popLast(2);
                push(Calls.make(call.get(0), arguments(call.get(1), at)));
            }
            case 0x92 -> {
                List<Object> call = popLast(3);
                List<Object> args = new ArrayList<>(arguments(call.get(1), at));
                if (call.get(2) instanceof PyDict named && named.size() > 0) {
                    args.add(named);
                }
                push(Calls.make(call.get(0), args));
            }
            case 'b' -> build(pop());
            case 'P' -> push(new PyPersistent(in.line()));
            case 'Q' -> push(new PyPersistent(pop()));
            default -> throw bad("unknown opcode (" + op + ")", at);
        }
    }

    private void protocol(int version) {
        if (version > 5) {
            throw new ModelFormatException("Pickle protocol (" + version
                    + ") is newer than 5. Maybe save the model with" + " protocol 5 or lower.");
        }
    }

    private void build(Object state) {
        Object target = top();
        if (target instanceof NumpyArray array) {
            array.state(state);
        } else if (target instanceof DtypeRef type) {
            type.complete(state);
        } else if (target instanceof PyObject object) {
            object.state(state);
            if (JoblibArray.is(object)) {
                stack.set(stack.size() - 1, JoblibArray.read(object, this));
            }
        } else if (!(target instanceof PyDict)) {
            throw bad("state for (" + target + "), which has none", in.position());
        }
    }

    private void appendAll(List<Object> items) {
        Object target = top();
        if (target instanceof ArrayList<?>) {
            @SuppressWarnings("unchecked")
            List<Object> list = (List<Object>) target;
            list.addAll(items);
        } else if (target instanceof PyObject object) {
            items.forEach(object::append);
        } else {
            throw bad("items appended to (" + target + ")", in.position());
        }
    }

    private void addAll(List<Object> items) {
        if (top() instanceof PySet set) {
            set.addAll(items);
        } else if (top() instanceof PyObject object) {
            items.forEach(object::append);
        } else {
            throw bad("items added to (" + top() + ")", in.position());
        }
    }

    private void putAll(Object target, List<Object> pairs) {
        if (pairs.size() % 2 != 0) {
            throw bad("a key without its value", in.position());
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            if (target instanceof PyDict dict) {
                dict.put(pairs.get(i), pairs.get(i + 1));
            } else if (target instanceof PyObject object) {
                object.put(pairs.get(i), pairs.get(i + 1));
            } else {
                throw bad("items set in (" + target + ")", in.position());
            }
        }
    }

    private List<Object> arguments(Object args, int at) {
        if (args instanceof PyTuple tuple) {
            return tuple.items();
        }
        throw bad("a call with (" + args + ") in place of arguments", at);
    }

    private PyGlobal global(String module, String name) {
        PyGlobal global = new PyGlobal(module, name);
        named.accept(global);
        return global;
    }

    private PyGlobal extension(long code) {
        return global("copyreg.extension", Long.toString(code));
    }

    private String text(Object name) {
        if (name instanceof String text) {
            return text;
        }
        throw bad("a global named by (" + name + ")", in.position());
    }

    private Object whole(long count) {
        if (count > 1 << 16) {
            throw new ModelFormatException("Pickle holds a whole number of (" + count + ") bytes, more than 65536.");
        }
        byte[] little = in.copy(count);
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[big.length - 1 - i];
        }
        return big.length == 0 ? (Object) 0L : PickleText.shortest(new BigInteger(big));
    }

    private int index(long index) {
        if (index > Integer.MAX_VALUE) {
            throw new ModelFormatException("Pickle holds memo index (" + index + "), outside 0 to 2^31-1.");
        }
        return (int) index;
    }

    private void memoize(int index) {
        spend();
        memo.put(index, top());
    }

    private void recall(int index) {
        Object value = memo.get(index);
        if (value == null) {
            throw bad("memo index (" + index + "), which was never set", in.position());
        }
        push(value);
    }

    private void mark() {
        if (marks.size() >= limits.depth()) {
            throw new ModelFormatException(
                    "Pickle opens more than (" + limits.depth() + ") marks at once. Maybe the" + " file is hostile.");
        }
        marks.add(stack.size());
    }

    private List<Object> popMark() {
        if (marks.isEmpty()) {
            throw bad("a closing opcode without its mark", in.position());
        }
        List<Object> above = stack.subList(marks.remove(marks.size() - 1), stack.size());
        List<Object> items = new ArrayList<>(above);
        above.clear();
        return items;
    }

    private List<Object> popLast(int count) {
        require(count);
        List<Object> above = stack.subList(stack.size() - count, stack.size());
        List<Object> items = new ArrayList<>(above);
        above.clear();
        return items;
    }

    private Object pop() {
        require(1);
        return stack.remove(stack.size() - 1);
    }

    private Object top() {
        require(1);
        return stack.get(stack.size() - 1);
    }

    private void require(int count) {
        int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
        if (stack.size() - floor < count) {
            throw bad("an opcode with too little on the stack", in.position());
        }
    }

    private void push(Object value) {
        spend();
        stack.add(value);
    }

    private void spend() {
        if (--budget[0] < 0) {
            throw new ModelFormatException("Pickle holds more than (" + limits.objects() + ") values. Maybe the file is"
                    + " hostile, or raise the limit.");
        }
    }

    private ModelFormatException bad(String what, int at) {
        return new ModelFormatException(
                "Pickle has " + what + " at offset (" + at + "). Maybe the file is damaged; fetch" + " it again.");
    }
}
