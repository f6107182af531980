package io.edgeai.core.format;

import io.edgeai.core.format.PickleValues.Dict;
import io.edgeai.core.format.PickleValues.Global;
import io.edgeai.core.format.PickleValues.Made;
import io.edgeai.core.format.PickleValues.Outside;
import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tensors that a PyTorch pickle refers to: name, element type and shape, by the arguments of
 * {@code torch._utils._rebuild_tensor_v2} and its kin. Tensors that share a storage are counted once. Not thread-safe.
 */
final class TorchTensors {
    private static final int DEEPEST = 64;
    private static final int MOST_LISTED = 60;
    private static final Map<String, ElementType> STORAGES = Map.ofEntries(
            Map.entry("FloatStorage", ElementType.FLOAT),
            Map.entry("DoubleStorage", ElementType.DOUBLE),
            Map.entry("HalfStorage", ElementType.FLOAT16),
            Map.entry("BFloat16Storage", ElementType.BFLOAT16),
            Map.entry("LongStorage", ElementType.INT64),
            Map.entry("IntStorage", ElementType.INT32),
            Map.entry("ShortStorage", ElementType.INT16),
            Map.entry("CharStorage", ElementType.INT8),
            Map.entry("ByteStorage", ElementType.UINT8),
            Map.entry("BoolStorage", ElementType.BOOL),
            Map.entry("QInt8Storage", ElementType.INT8),
            Map.entry("QUInt8Storage", ElementType.UINT8),
            Map.entry("QInt32Storage", ElementType.INT32),
            Map.entry("ComplexFloatStorage", ElementType.COMPLEX64),
            Map.entry("ComplexDoubleStorage", ElementType.COMPLEX128));

    private final LongTable numbers = new LongTable();
    private final SeenHashes views = new SeenHashes();
    private byte[] types = new byte[16];
    private long[] stored = new long[16];
    private long[] used = new long[16];
    private int storages;
    private Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<String> listed = new ArrayList<>();
    private boolean listing = true;
    private int tensors;

    /** Adds those of one pickle; {@code archive} keeps apart storages of different folders. */
    void add(String archive, Object root) {
        walk(archive, archive.startsWith("constants") ? "constant" : "", root, 0);
    }

    /** Adds those of a value that is let go: they are counted, and listed only where all else has been. */
    void pass(String archive, Object value) {
        Set<Object> before = seen;
        seen = Collections.newSetFromMap(new IdentityHashMap<>());
        listing = false;
        walk(archive, "", value, 1);
        listing = true;
        seen = before;
    }

    private void walk(String archive, String name, @Nullable Object value, int depth) {
        boolean container = value instanceof Made || value instanceof Dict || value instanceof List;
        if (value == null || !container || depth > DEEPEST) {
            return;
        }
        if (value instanceof Made made && tensor(archive, name, made)) {
            return;
        }
        if (!seen.add(value)) {
            return;
        }
        if (value instanceof Made made) {
            if (made.told) {
                return;
            }
            made.told = !listing;
            walk(archive, name, made.state, depth + 1);
            walk(archive, name, made.items(), depth + 1);
            walk(archive, name, made.list(), depth + 1);
            walk(archive, name, made.arguments, depth + 1);
        } else if (value instanceof Dict dict) {
            for (int i = 0; i < dict.keys.size(); i++) {
                walk(archive, joined(name, dict.keys.get(i)), dict.values.get(i), depth + 1);
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                walk(archive, list.size() == 1 ? name : joined(name, (long) i), list.get(i), depth + 1);
            }
        }
    }

    private static String joined(String name, Object key) {
        // nn.Module keeps parts, parameters and buffers in dictionaries of their own
        if (key instanceof String text
                && Set.of("_modules", "_parameters", "_buffers").contains(text)) {
            return name;
        }
        String last = key instanceof String || key instanceof Long ? key.toString() : "?";
        return name.isEmpty() ? last : name.length() > 200 ? name : name + "." + last;
    }

    /** Whether it is a call that makes a tensor. */
    static boolean rebuilds(Made made) {
        return made.by.startsWith("torch._utils._rebuild") || made.by.startsWith("torch._tensor._rebuild");
    }

    private boolean tensor(String archive, String name, Made made) {
        if (made.told && rebuilds(made)) {
            return true;
        }
        String function = made.by.substring(made.by.lastIndexOf('.') + 1);
        switch (function) {
            case "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor" -> {
                return made.by.startsWith("torch.") && rebuilt(archive, name, made);
            }
            case "_rebuild_parameter", "_rebuild_parameter_with_state" -> {
                return made.argument(0) instanceof Made inner && tensor(archive, name, inner);
            }
            case "_rebuild_from_type_v2" -> {
                return made.argument(0) instanceof Global rebuild
                        && !rebuild.name().endsWith(function)
                        && tensor(archive, name, new Made(rebuild.name(), made.argument(2)));
            }
            default -> {
                return false;
            }
        }
    }

    private boolean rebuilt(String archive, String name, Made made) {
        if (!(made.argument(0) instanceof Outside outside) || !(outside.id() instanceof List<?> id)) {
            return false;
        }
        ElementType type = PickleValues.item(id, 1) instanceof Global kind
                ? STORAGES.get(kind.name().substring(kind.name().lastIndexOf('.') + 1))
                : null;
        long[] shape = shape(made.argument(2));
        if (type == null || shape == null) {
            return false;
        }
        tensors++;
        long elements = 1;
        for (long size : shape) {
            elements = Weights.times(elements, size);
        }
        long size = Math.max(0, Math.min(Long.MAX_VALUE / 256, PickleValues.number(PickleValues.item(id, 4), 0)));
        long key = NameHashes.of(archive + PickleValues.item(id, 2));
        int storage = storage(key, type, size);
        boolean setting = archive.startsWith("constants") && elements == 1;
        long view = NameHashes.fold(NameHashes.fold(key, PickleValues.number(made.argument(1), 0)), elements);
        if (!setting && views.add(view)) {
            used[storage] = Math.min(stored[storage], used[storage] + elements);
        }
        if (listing && listed.size() < MOST_LISTED) {
            listed.add(name + " " + type + Arrays.toString(shape).replace(" ", ""));
        }
        return true;
    }

    private int storage(long key, ElementType type, long size) {
        int number = (int) numbers.get(key, -1);
        if (number >= 0) {
            return number;
        }
        if (storages == types.length) {
            int longer = storages + (storages >> 1);
            types = Arrays.copyOf(types, longer);
            stored = Arrays.copyOf(stored, longer);
            used = Arrays.copyOf(used, longer);
        }
        numbers.put(key, storages);
        types[storages] = (byte) type.onnxCode();
        stored[storages] = size;
        return storages++;
    }

    private static long @Nullable [] shape(Object value) {
        Object dims = value instanceof Made size ? size.argument(0) : value;
        if (!(dims instanceof List<?> list)) {
            return null;
        }
        long[] shape = new long[list.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = PickleValues.number(list.get(i), -1);
            if (shape[i] < 0) {
                return null;
            }
        }
        return shape;
    }

    boolean isEmpty() {
        return tensors == 0;
    }

    /** Notes each tensor, and counts weights: counters and indices only where there is nothing else. */
    void report(Findings findings) {
        findings.note("tensors", Integer.toString(tensors));
        findings.longNote(
                "weights",
                String.join(", ", listed)
                        + (tensors > listed.size() ? " and " + (tensors - listed.size()) + " more" : ""));
        boolean learned = false;
        for (int i = 0; i < storages; i++) {
            learned |= Weights.learned(type(i));
        }
        for (int i = 0; i < storages; i++) {
            if (!learned || Weights.learned(type(i))) {
                findings.weight(used[i], type(i).bytes(used[i]));
            }
        }
    }

    private ElementType type(int storage) {
        return ElementType.ofOnnx(types[storage]);
    }
}
