package io.edgeai.formats.pytorch;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.formats.pickle.PyDict;
import io.edgeai.formats.pickle.PyGlobal;
import io.edgeai.formats.pickle.PyNone;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.pickle.PyPersistent;
import io.edgeai.formats.pickle.PyTuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the pickle of a state dict says: tensors by name, none of them made. Stateless. */
final class StateDict {
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
            Map.entry("BoolStorage", ElementType.BOOL));
    private static final Set<String> TENSORS = Set.of("_rebuild_tensor", "_rebuild_tensor_v2");
    private static final Set<String> WRAPPERS = Set.of("_rebuild_parameter", "_rebuild_parameter_with_state");
    private static final int MOST_LISTED = 20;
    private static final int DEEPEST = 8;

    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final Set<String> strange = new TreeSet<>();

    private StateDict() {}

    /** All that a pickle of weights may name. */
    static boolean known(PyGlobal global) {
        return switch (global.module()) {
            case "torch" -> STORAGES.containsKey(global.name()) || global.name().equals("Size");
            case "torch._utils" -> TENSORS.contains(global.name()) || WRAPPERS.contains(global.name());
            case "collections" ->
                global.name().equals("OrderedDict") || global.name().equals("defaultdict");
            default -> false;
        };
    }

    /**
     * Tensors by name, in file order; numbers, texts and nothing among them are passed over.
     *
     * @throws UnsupportedOperatorException listing entries that are none of these
     * @throws ModelFormatException where a tensor lies outside its storage, or there is none at all
     */
    static Map<String, TorchTensor> of(Object pickled) {
        StateDict dict = new StateDict();
        if (!(pickled instanceof PyDict entries)) {
            throw new UnsupportedOperatorException("The pickle holds (" + pickled
                    + ") and no dict of weights. Maybe save model.state_dict(), or safetensors.");
        }
        dict.add("", entries, 0);
        if (!dict.strange.isEmpty()) {
            throw new UnsupportedOperatorException("The weights have entries that are no tensors: "
                    + dict.strange.stream().limit(MOST_LISTED).toList()
                    + (dict.strange.size() > MOST_LISTED ? " and " + (dict.strange.size() - MOST_LISTED) + " more" : "")
                    + ". Maybe save model.state_dict() alone, or safetensors.");
        }
        if (dict.tensors.isEmpty()) {
            throw new ModelFormatException("The pickle is a dict without tensors. Maybe it is another file's.");
        }
        return dict.tensors;
    }

    private void add(String prefix, PyDict entries, int depth) {
        for (PyDict.Entry entry : entries.entries()) {
            String name = prefix + entry.key();
            Object value = unwrapped(entry.value(), 0);
            if (value instanceof PyObject object && object.module().equals("torch._utils")) {
                tensors.put(name, tensor(name, object.args()));
            } else if (value instanceof PyDict nested && depth < DEEPEST) {
                add(name + ".", nested, depth + 1);
            } else if (!(value instanceof Number
                    || value instanceof String
                    || value instanceof Boolean
                    || value == PyNone.NONE)) {
                strange.add(name + " (" + value + ")");
            }
        }
    }

    /** A parameter's tensor. */
    private static Object unwrapped(Object value, int depth) {
        return depth < DEEPEST
                        && value instanceof PyObject object
                        && object.module().equals("torch._utils")
                        && WRAPPERS.contains(object.name())
                        && !object.args().isEmpty()
                ? unwrapped(object.args().get(0), depth + 1)
                : value;
    }

    private static TorchTensor tensor(String name, List<Object> args) {
        if (args.size() < 4
                || !(args.get(0) instanceof PyPersistent persistent)
                || !(persistent.id() instanceof PyTuple storage)
                || storage.size() < 5
                || !(storage.get(1) instanceof PyGlobal kind)
                || !(args.get(1) instanceof Long offset)) {
            throw bad(name, "is not described as a view of a storage");
        }
        ElementType type = STORAGES.get(kind.name());
        List<Long> dims = longs(args.get(2));
        List<Long> strides = longs(args.get(3));
        boolean whole = storage.size() < 6 || storage.get(5) == PyNone.NONE;
        if (type == null || !(storage.get(4) instanceof Long stored) || dims == null || strides == null || !whole) {
            throw bad(name, "has a storage of an unknown form (" + kind + ")");
        }
        if (dims.size() != strides.size() || stored < 0 || offset < 0 || !inside(dims, strides, offset, stored)) {
            throw bad(
                    name,
                    "has size " + dims + ", stride " + strides + " and offset " + offset
                            + ", which leave its storage of " + stored);
        }
        return new TorchTensor(String.valueOf(storage.get(2)), type, stored, offset, dims, strides);
    }

    private static @Nullable List<Long> longs(Object value) {
        Object inner = value instanceof PyObject size && size.args().size() == 1
                ? size.args().get(0)
                : value;
        List<?> items = inner instanceof PyTuple tuple ? tuple.items() : inner instanceof List<?> list ? list : null;
        if (items == null || items.size() > 64) {
            return null;
        }
        List<Long> longs = new ArrayList<>();
        for (Object item : items) {
            if (!(item instanceof Long number)) {
                return null;
            }
            longs.add(number);
        }
        return longs;
    }

    /** Whether all elements lie in the storage and are no more than it has, so that none is read often. */
    private static boolean inside(List<Long> dims, List<Long> strides, long offset, long stored) {
        try {
            long last = offset;
            long elements = 1;
            for (int axis = 0; axis < dims.size(); axis++) {
                if (dims.get(axis) < 0 || strides.get(axis) < 0) {
                    return false;
                }
                elements = Math.multiplyExact(elements, dims.get(axis));
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, dims.get(axis) - 1), strides.get(axis)));
            }
            return elements == 0 || (elements <= stored && last < stored);
        } catch (ArithmeticException overflow) {
            return false;
        }
    }

    private static ModelFormatException bad(String name, String what) {
        return new ModelFormatException(
                "Tensor (" + name + ") " + what + ". Maybe the file is damaged; fetch it again.");
    }
}
