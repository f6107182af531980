package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.model.ModelFormat;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells the protobuf formats apart. None has a magic number and their first bytes collide, so all top-level fields are
 * walked to the end of the file and compared with the schemas: onnx.proto {@code ModelProto}, TensorFlow
 * {@code SavedModel}, {@code GraphDef} and {@code MetaGraphDef}, Core ML {@code Model.proto}, Caffe
 * {@code NetParameter}, Paddle {@code ProgramDesc}.
 */
final class ProtoKind {
    private static final int FIRST_COREML_TYPE = 200;
    private static final int[] COREML_PLAIN = {1, 2, 10, 11};
    private static final int[] ONNX_FIELDS = {1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26};

    private final TreeMap<Integer, Integer> wires = new TreeMap<>();
    private final FileView file;
    private boolean uniform = true;
    private boolean broken;
    private boolean cut;

    private ProtoKind(FileView file) {
        this.file = file;
    }

    static ProtoKind of(FileView file) {
        ProtoKind kind = new ProtoKind(file);
        ProtoFields fields = ProtoFields.of(file);
        while (fields.next()) {
            Integer before = kind.wires.put(fields.number(), fields.wire());
            kind.uniform &= before == null || before == fields.wire();
        }
        kind.broken = fields.broken();
        kind.cut = fields.cut();
        return kind;
    }

    @Nullable
    ModelFormat format() {
        if (broken || !uniform || wires.isEmpty()) {
            return null;
        }
        if (onnx()) {
            return ModelFormat.ONNX;
        }
        if (coreml()) {
            return ModelFormat.COREML;
        }
        return savedModel() || graphDef() ? ModelFormat.TENSORFLOW : null;
    }

    private boolean onnx() {
        return has(1, VARINT) && has(7, LENGTH) && only(ONNX_FIELDS);
    }

    private boolean coreml() {
        return has(1, VARINT)
                && has(2, LENGTH)
                && wires.lastKey() >= FIRST_COREML_TYPE
                && wires.lowerKey(FIRST_COREML_TYPE) <= COREML_PLAIN[COREML_PLAIN.length - 1];
    }

    boolean savedModel() {
        return has(2, LENGTH) && only(1, 2) && (has(1, VARINT) || !wires.containsKey(1)) && nested(2, 2);
    }

    boolean graphDef() {
        return has(1, LENGTH)
                && only(1, 2, 3, 4, 5)
                && !wires.getOrDefault(3, VARINT).equals(LENGTH)
                && nested(1, 1)
                && nested(1, 2);
    }

    /** What a message that is no model of ours may be; for error messages. */
    String describe() {
        if (wires.isEmpty() || (broken && !cut)) {
            return "";
        }
        if (cut) {
            boolean claims = wires.containsKey(1) && wires.size() > 1 && wires.lastKey() < 10_000;
            return claims
                    ? "a protobuf message that is cut off. Maybe the download was interrupted; fetch it again."
                    : "";
        }
        if (has(1, LENGTH) && has(2, LENGTH) && has(3, LENGTH) && nested(2, 1)) {
            return "a TensorFlow checkpoint's graph without its weights. Maybe export a SavedModel.";
        }
        if (has(100, LENGTH)
                || (has(1, LENGTH) && has(2, LENGTH) && wires.containsKey(7) && only(1, 2, 3, 4, 5, 6, 7, 8))) {
            return "a Caffe model. Maybe convert it to ONNX with its own tools.";
        }
        if (has(1, LENGTH) && nestedVarint(1, 1)) {
            return "a PaddlePaddle program. Maybe convert it with paddle2onnx.";
        }
        return "a protobuf message with the fields "
                + wires.keySet().stream().limit(12).toList()
                + ", no model of a known kind. Maybe it belongs to a model folder; name the folder.";
    }

    private boolean has(int field, int wire) {
        return wires.getOrDefault(field, -1) == wire;
    }

    private boolean only(int... fields) {
        return wires.keySet().stream().allMatch(f -> contains(fields, f));
    }

    private static boolean contains(int[] fields, int field) {
        for (int each : fields) {
            if (each == field) {
                return true;
            }
        }
        return false;
    }

    private boolean nested(int outer, int inner) {
        return inside(outer, inner, LENGTH);
    }

    private boolean nestedVarint(int outer, int inner) {
        return inside(outer, inner, VARINT);
    }

    /** Whether the first field {@code outer} holds a field {@code inner} of that wire type. */
    private boolean inside(int outer, int inner, int wire) {
        ProtoFields fields = ProtoFields.of(file);
        while (fields.next()) {
            if (fields.is(outer, LENGTH)) {
                ProtoFields within = fields.enter();
                while (within.next()) {
                    if (within.is(inner, wire)) {
                        return true;
                    }
                }
                return false;
            }
        }
        return false;
    }
}
