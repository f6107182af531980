package io.edgeai.formats.sklearn;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes pickles of estimators as Python would, out of their attributes. */
final class Made {
    /** An object of a class with its attributes; a state that is no dict is the one of an empty name. */
    record Obj(String module, String name, List<Object> args, Map<String, Object> state) {
        /** The same object with one more attribute. */
        Obj with(String attribute, Object value) {
            Map<String, Object> more = new LinkedHashMap<>(state);
            more.put(attribute, value);
            return new Obj(module, name, args, more);
        }
    }

    /** A numpy array of any element type. */
    record Arr(String type, Object fields, int[] shape, byte[] data) {}

    /** A class or function. */
    record Global(String module, String name) {}

    /** What a function gives when it is called, such as {@code slice(0, 2, None)}. */
    record Call(Global function, Object... args) {}

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Made() {}

    /** An estimator; attributes as name, value, name, value. */
    static Obj sk(String name, Object... attributes) {
        return of("sklearn.made", name, attributes);
    }

    static Obj of(String module, String name, Object... attributes) {
        Map<String, Object> state = new LinkedHashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            state.put((String) attributes[i], attributes[i + 1]);
        }
        return new Obj(module, name, List.of(), state);
    }

    static Object[] tuple(Object... items) {
        return items;
    }

    static Obj pipeline(Object... namesAndSteps) {
        Object[][] steps = new Object[namesAndSteps.length / 2][];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = tuple(namesAndSteps[2 * i], namesAndSteps[2 * i + 1]);
        }
        return sk("Pipeline", "steps", List.of((Object[]) steps));
    }

    static Arr objects(Object... values) {
        return new Arr("O8", Arrays.asList(values), new int[] {values.length}, new byte[0]);
    }

    /** A fitted decision tree: nodes of (left, right, feature, threshold) and values [nodes][outputs * classes]. */
    static Obj tree(String name, int features, int classes, double[][] nodes, double[][] values, Object... more) {
        ByteBuffer data = ByteBuffer.allocate(nodes.length * 32).order(ByteOrder.LITTLE_ENDIAN);
        for (double[] node : nodes) {
            data.putLong((long) node[0])
                    .putLong((long) node[1])
                    .putLong((long) node[2])
                    .putDouble(node[3]);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("left_child", tuple(dtype("i8"), 0));
        fields.put("right_child", tuple(dtype("i8"), 8));
        fields.put("feature", tuple(dtype("i8"), 16));
        fields.put("threshold", tuple(dtype("f8"), 24));
        Arr structure = new Arr("V32", fields, new int[] {nodes.length}, data.array());
        double[] flat = Arrays.stream(values).flatMapToDouble(Arrays::stream).toArray();
        Arr content = doubles(flat, nodes.length, 1, classes);
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("nodes", structure);
        state.put("values", content);
        Obj inner = new Obj("sklearn.tree._tree", "Tree", List.of(features, new long[] {classes}, 1), state);
        Object[] attributes = Arrays.copyOf(more, more.length + 2);
        attributes[more.length] = "tree_";
        attributes[more.length + 1] = inner;
        return sk(name, attributes);
    }

    static Arr doubles(double[] values, int... shape) {
        ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        data.asDoubleBuffer().put(values);
        return new Arr("f8", null, shape, data.array());
    }

    static Arr longs(long[] values, int... shape) {
        ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(values);
        return new Arr("i8", null, shape, data.array());
    }

    static Arr flags(boolean... values) {
        byte[] data = new byte[values.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (values[i] ? 1 : 0);
        }
        return new Arr("b1", null, new int[] {values.length}, data);
    }

    static Obj csr(double[][] dense) {
        List<Double> data = new ArrayList<>();
        List<Long> columns = new ArrayList<>();
        long[] starts = new long[dense.length + 1];
        for (int r = 0; r < dense.length; r++) {
            for (int c = 0; c < dense[r].length; c++) {
                if (dense[r][c] != 0) {
                    data.add(dense[r][c]);
                    columns.add((long) c);
                }
            }
            starts[r + 1] = data.size();
        }
        return of("scipy.sparse._csr", "csr_matrix")
                .with("_shape", tuple(dense.length, dense[0].length))
                .with("data", data.stream().mapToDouble(Double::doubleValue).toArray())
                .with("indices", columns.stream().mapToLong(Long::longValue).toArray())
                .with("indptr", starts);
    }

    /** A structured array; each member is named as {@code name:type}, of types i8, f8, u4 and u1. */
    static Arr table(String members, double[]... rows) {
        Map<String, Object> fields = new LinkedHashMap<>();
        int size = 0;
        for (String member : members.split(" ")) {
            String type = member.split(":")[1];
            fields.put(member.split(":")[0], tuple(dtype(type), size));
            size += type.charAt(1) - '0';
        }
        ByteBuffer data = ByteBuffer.allocate(rows.length * size).order(ByteOrder.LITTLE_ENDIAN);
        for (double[] row : rows) {
            int i = 0;
            for (String member : members.split(" ")) {
                switch (member.split(":")[1]) {
                    case "i8" -> data.putLong((long) row[i++]);
                    case "u4" -> data.putInt((int) (long) row[i++]);
                    case "u1" -> data.put((byte) row[i++]);
                    default -> data.putDouble(row[i++]);
                }
            }
        }
        return new Arr("V" + size, fields, new int[] {rows.length}, data.array());
    }

    /** {@code tree_} of a decision tree, from its table of nodes and the values [nodes, outputs, classes]. */
    static Obj innerTree(int features, long[] classes, Arr nodes, Arr values) {
        return new Obj("sklearn.tree._tree", "Tree", List.of(features, classes, classes.length), Map.of())
                .with("nodes", nodes)
                .with("values", values);
    }

    private static Object dtype(String type) {
        return new Arr(type, null, null, null);
    }

    static byte[] pickle(Object value) {
        Made made = new Made();
        made.write(value);
        made.out.write('.');
        return made.out.toByteArray();
    }

    private void text(String code) {
        out.writeBytes(code.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void write(Object value) {
        if (value == null) {
            text("N");
        } else if (value instanceof Boolean flag) {
            text(flag ? "\u0088" : "\u0089");
        } else if (value instanceof Integer || value instanceof Long) {
            text("I" + value + "\n");
        } else if (value instanceof Double number) {
            text("G");
            out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
        } else if (value instanceof String string) {
            byte[] utf = string.getBytes(StandardCharsets.UTF_8);
            text("X");
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(utf.length)
                    .array());
            out.writeBytes(utf);
        } else if (value instanceof byte[] raw) {
            text("B");
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(raw.length)
                    .array());
            out.writeBytes(raw);
        } else if (value instanceof List<?> list) {
            text("](");
            list.forEach(this::write);
            text("e");
        } else if (value instanceof Map<?, ?> map) {
            text("}(");
            map.forEach((k, v) -> {
                write(k);
                write(v);
            });
            text("u");
        } else if (value instanceof Set<?> set) {
            write(new Call(new Global("builtins", "set"), new ArrayList<Object>(set)));
        } else if (value instanceof Object[] tuple && !(value instanceof double[][])) {
            text("(");
            Arrays.stream(tuple).forEach(this::write);
            text("t");
        } else {
            object(value);
        }
    }

    private void object(Object value) {
        if (value instanceof Global global) {
            text("c" + global.module() + "\n" + global.name() + "\n");
        } else if (value instanceof Call call) {
            write(call.function());
            write(call.args());
            text("R");
        } else if (value instanceof Obj object) {
            write(new Global(object.module(), object.name()));
            write(object.args().toArray());
            text("\u0081");
            write(object.state().containsKey("") ? object.state().get("") : object.state());
            text("b");
        } else if (value instanceof double[] vector) {
            write(doubles(vector, vector.length));
        } else if (value instanceof double[][] matrix) {
            write(doubles(
                    Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray(),
                    matrix.length,
                    matrix.length == 0 ? 0 : matrix[0].length));
        } else if (value instanceof long[] vector) {
            write(longs(vector, vector.length));
        } else if (value instanceof Arr array) {
            array(array);
        } else {
            throw new IllegalArgumentException(String.valueOf(value));
        }
    }

    private void array(Arr array) {
        if (array.shape() == null) {
            type(array.type(), null, 8);
            return;
        }
        text("cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntC\u0001btR(I1\n");
        write(Arrays.stream(array.shape()).boxed().toArray());
        int size = Integer.parseInt(array.type().substring(1));
        type(array.type(), array.fields() instanceof Map<?, ?> map ? map : null, size);
        text("\u0089");
        write(array.fields() instanceof List<?> values ? values : array.data());
        text("tb");
    }

    private void type(String name, Map<?, ?> fields, int size) {
        text("cnumpy\ndtype\n(");
        write(name);
        text("\u0089\u0088tR(I3\n");
        write("<");
        text("N");
        write(fields == null ? null : fields.keySet().toArray());
        write(fields);
        text("I" + (fields == null ? -1 : size) + "\nI-1\nI0\ntb");
    }
}
