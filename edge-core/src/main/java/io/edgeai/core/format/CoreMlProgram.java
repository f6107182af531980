package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import java.util.Set;
import java.util.TreeSet;

/**
 * A Core ML program: operators of all its functions, and the constants among them, whether written into it or into the
 * file of weights beside it. Field numbers are those of MIL.proto.
 */
final class CoreMlProgram {
    private static final int DEEPEST = 32;
    private static final int LONGEST = 256;
    private static final int MOST_FILES = 100;

    private final Findings findings;
    private final SeenHashes blobs = new SeenHashes();
    private final Set<String> blobFiles = new TreeSet<>();

    CoreMlProgram(Findings findings) {
        this.findings = findings;
    }

    void read(ProtoFields program) {
        findings.weight(0, 0);
        while (program.next()) {
            if (program.is(2, LENGTH)) {
                function(program.enter());
            }
        }
        findings.note("weight files", String.join(",", blobFiles));
    }

    private void function(ProtoFields entry) {
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                String name = entry.text(LONGEST);
                findings.append("functions", name);
            } else if (entry.is(2, LENGTH)) {
                ProtoFields function = entry.enter();
                while (function.next()) {
                    if (function.is(2, LENGTH)) {
                        findings.note("operator set", function.text(LONGEST));
                    } else if (function.is(3, LENGTH)) {
                        ProtoFields specialization = function.enter();
                        while (specialization.next()) {
                            if (specialization.is(2, LENGTH)) {
                                block(specialization.enter(), 0);
                            }
                        }
                    }
                }
            }
        }
    }

    private void block(ProtoFields block, int depth) {
        while (block.next() && depth <= DEEPEST) {
            if (block.is(3, LENGTH)) {
                operation(block.enter(), depth);
            }
        }
    }

    private void operation(ProtoFields operation, int depth) {
        String type = "";
        long elements = 0;
        Constant constant = new Constant();
        while (operation.next()) {
            switch (operation.number()) {
                case 1 -> {
                    type = operation.text(LONGEST);
                    findings.operator(type);
                }
                case 3 -> elements = outputElements(operation.enter());
                case 4 -> block(operation.enter(), depth + 1);
                case 5 -> attribute(operation.enter(), constant);
                default -> {} // arguments
            }
        }
        if (type.equals("const") && constant.learned && (constant.blob || elements > 1)
                || type.startsWith("constexpr_") && constant.blob) {
            if (!constant.known) {
                findings.weight(elements, constant.bytes);
            }
        }
    }

    /** What the attributes of an operation hold. */
    private static final class Constant {
        private boolean blob;
        private boolean known;
        private boolean learned;
        private long bytes;
    }

    private static long outputElements(ProtoFields named) {
        long elements = 0;
        while (named.next()) {
            if (named.is(2, LENGTH)) {
                elements = tensor(named.enter()).elements;
            }
        }
        return elements;
    }

    private void attribute(ProtoFields entry, Constant into) {
        String key = "";
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                key = entry.text(LONGEST);
            } else if (entry.is(2, LENGTH) && !key.equals("name")) {
                value(entry.enter(), into);
            }
        }
    }

    private void value(ProtoFields value, Constant into) {
        Tensor tensor = new Tensor();
        boolean blob = false;
        while (value.next()) {
            if (value.is(2, LENGTH)) {
                tensor = tensor(value.enter());
            } else if (value.is(5, LENGTH)) {
                blob = true;
                into.known |= !blobs.add(blob(value.enter()));
            }
        }
        into.blob |= blob;
        into.learned |= tensor.learned();
        into.bytes += tensor.bytes();
    }

    /** A hash of the place of a constant: its file and where it begins there. */
    private long blob(ProtoFields blob) {
        long file = 0;
        long offset = 0;
        while (blob.next()) {
            if (blob.is(1, LENGTH)) {
                file = blob.hash();
                if (blobFiles.size() < MOST_FILES) {
                    blobFiles.add(blob.text(LONGEST).replace("@model_path/", ""));
                }
            } else if (blob.is(2, VARINT)) {
                offset = blob.value();
            }
        }
        return NameHashes.fold(file, offset);
    }

    /** {@code TensorType}: element type and number of elements. */
    private static final class Tensor {
        private int type;
        private long elements = 1;

        /** Of DataType: 10 to 13 are floats, 21 int8, 31 uint8, 25 and 35 to 38 integers below a byte. */
        boolean learned() {
            return type >= 10 && type <= 19 || type == 21 || type == 25 || type == 31 || type >= 35;
        }

        long bytes() {
            int bits =
                    switch (type) {
                        case 10, 13, 22, 32 -> 16;
                        case 11, 23, 33 -> 32;
                        case 12, 24, 34 -> 64;
                        case 25, 35 -> 4;
                        case 36 -> 2;
                        case 37 -> 1;
                        case 38 -> 6;
                        default -> 8;
                    };
            return elements > Long.MAX_VALUE / 64 ? 0 : (elements * bits + 7) / 8;
        }
    }

    private static Tensor tensor(ProtoFields type) {
        Tensor tensor = new Tensor();
        while (type.next()) {
            if (!type.is(1, LENGTH)) {
                continue;
            }
            ProtoFields fields = type.enter();
            while (fields.next()) {
                if (fields.is(1, VARINT)) {
                    tensor.type = (int) Math.min(1000, Math.max(0, fields.value()));
                } else if (fields.is(3, LENGTH)) {
                    long size = dimension(fields.enter());
                    tensor.elements = Weights.times(tensor.elements, size);
                }
            }
        }
        return tensor;
    }

    private static long dimension(ProtoFields dimension) {
        long size = 0;
        while (dimension.next()) {
            if (dimension.is(1, LENGTH)) {
                ProtoFields constant = dimension.enter();
                while (constant.next()) {
                    size = constant.is(1, VARINT) ? Math.max(0, constant.value()) : size;
                }
            }
        }
        return size;
    }
}
