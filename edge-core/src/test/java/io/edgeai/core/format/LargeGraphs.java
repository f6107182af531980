package io.edgeai.core.format;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Graphs in protobuf of so many small parts that objects for each would weigh far more than the file. */
final class LargeGraphs {
    private static final List<String> OPS = List.of("Relu", "Add", "Mul", "Sigmoid", "Identity", "MatMul", "Tanh");

    private LargeGraphs() {}

    static Path write(Path file, Samples.Writing writing) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            CodedOutputStream coded = CodedOutputStream.newInstance(out);
            writing.to(coded);
            coded.flush();
        }
        return file;
    }

    private static byte[] nested(int field, byte[] message) {
        return Samples.proto(out -> out.writeByteArray(field, message));
    }

    /** onnx.proto's ModelProto around a graph. */
    private static Path onnx(Path file, byte[] graph, Samples.Writing more) throws IOException {
        return write(file, model -> {
            model.writeInt64(1, 8);
            model.writeString(2, "by hand");
            more.to(model);
            model.writeByteArray(7, graph);
            model.writeByteArray(8, Samples.proto(opset -> opset.writeInt64(2, 17)));
        });
    }

    private static byte[] value(String name, long... dims) {
        return Samples.proto(value -> {
            value.writeString(1, name);
            value.writeByteArray(2, nested(1, Samples.proto(tensor -> {
                tensor.writeInt32(1, 1);
                tensor.writeByteArray(2, Samples.proto(shape -> {
                    for (long dim : dims) {
                        shape.writeByteArray(1, Samples.proto(d -> d.writeInt64(1, dim)));
                    }
                }));
            })));
        });
    }

    /** A chain of nodes, each with an attribute and a noted shape of its result. */
    static Path onnxChain(Path file, int nodes, Random random) throws IOException {
        byte[] graph = Samples.proto(out -> {
            for (int i = 0; i < nodes; i++) {
                int at = i;
                String op = OPS.get(random.nextInt(OPS.size()));
                out.writeByteArray(1, Samples.proto(node -> {
                    node.writeString(1, "v" + at);
                    node.writeString(2, "v" + (at + 1));
                    node.writeString(3, "n" + at);
                    node.writeString(4, op);
                    node.writeByteArray(5, Samples.proto(attribute -> {
                        attribute.writeString(1, "axis");
                        attribute.writeInt64(3, at % 3);
                        attribute.writeInt32(20, 2);
                    }));
                }));
                out.writeByteArray(13, value("v" + (at + 1), 1, 8));
            }
            out.writeString(2, "chain");
            out.writeByteArray(11, value("v0", 1, 8));
            out.writeByteArray(12, value("v" + nodes, 1, 8));
        });
        return onnx(file, graph, model -> {});
    }

    /** Initializers of four floats, declared as inputs too as IR version 3 has it. */
    static Path onnxInitializers(Path file, int tensors, Random random) throws IOException {
        byte[] graph = Samples.proto(out -> {
            for (int i = 0; i < tensors; i++) {
                int at = i;
                byte[] raw = new byte[16];
                random.nextBytes(raw);
                out.writeByteArray(5, Samples.proto(tensor -> {
                    tensor.writeInt64(1, 4);
                    tensor.writeInt32(2, 1);
                    tensor.writeString(8, "w" + at);
                    tensor.writeByteArray(9, raw);
                }));
            }
            for (int i = 0; i < tensors; i++) {
                out.writeByteArray(11, value("w" + i, 4));
            }
            out.writeByteArray(11, value("x", 1, 4));
            out.writeByteArray(12, value("y", 1, 4));
            out.writeByteArray(1, Samples.proto(node -> {
                node.writeString(1, "x");
                node.writeString(2, "y");
                node.writeString(4, "Relu");
            }));
        });
        return onnx(file, graph, model -> {});
    }

    /** Notes, outputs and kinds of operators, all without end. */
    static Path onnxNotes(Path file, int notes, Random random) throws IOException {
        byte[] graph = Samples.proto(out -> {
            for (int i = 0; i < notes; i++) {
                int at = i;
                out.writeByteArray(1, Samples.proto(node -> {
                    node.writeString(2, "y" + at);
                    node.writeString(4, "Kind" + at);
                    node.writeString(7, "own");
                }));
                out.writeByteArray(11, value("x" + at, 1));
                out.writeByteArray(12, value("y" + at, 1));
            }
        });
        return onnx(file, graph, model -> {
            for (int i = 0; i < notes; i++) {
                int at = i;
                model.writeByteArray(14, Samples.proto(entry -> {
                    entry.writeString(1, "key" + at);
                    entry.writeString(2, "value " + random.nextInt());
                }));
                model.writeByteArray(8, Samples.proto(opset -> {
                    opset.writeString(1, "domain" + at);
                    opset.writeInt64(2, 1);
                }));
            }
        });
    }

    private static void attribute(CodedOutputStream node, String key, Samples.Writing value) throws IOException {
        node.writeByteArray(5, Samples.proto(entry -> {
            entry.writeString(1, key);
            entry.writeByteArray(2, Samples.proto(value));
        }));
    }

    /** tensorflow's GraphDef: a chain whose nodes state their type. */
    static byte[] graphDef(int nodes, Random random) {
        return Samples.proto(graph -> {
            for (int i = 0; i < nodes; i++) {
                int at = i;
                String op = i == 0 ? "Placeholder" : OPS.get(random.nextInt(OPS.size()));
                graph.writeByteArray(1, Samples.proto(node -> {
                    node.writeString(1, "n" + at);
                    node.writeString(2, op);
                    if (at > 0) {
                        node.writeString(3, "n" + (at - 1));
                    }
                    attribute(node, at == 0 ? "dtype" : "T", value -> value.writeInt32(6, 1));
                }));
            }
        });
    }

    /** As before, and no node reads another: each is an output. */
    static byte[] graphOfOutputs(int nodes) {
        return Samples.proto(graph -> {
            for (int i = 0; i < nodes; i++) {
                int at = i;
                graph.writeByteArray(1, Samples.proto(node -> {
                    node.writeString(1, "n" + at);
                    node.writeString(2, at % 2 == 0 ? "Placeholder" : "Op" + at);
                    attribute(node, "dtype", value -> value.writeInt32(6, 1));
                }));
            }
        });
    }

    static byte[] savedModel(byte[] graph, int signatures) {
        return Samples.proto(model -> {
            model.writeInt64(1, 1);
            model.writeByteArray(2, Samples.proto(meta -> {
                meta.writeByteArray(2, graph);
                for (int i = 0; i < signatures; i++) {
                    int at = i;
                    meta.writeByteArray(5, Samples.proto(entry -> {
                        entry.writeString(1, "signature" + at);
                        entry.writeByteArray(2, Samples.proto(definition -> {
                            tensor(definition, 1, "x" + at);
                            tensor(definition, 2, "y" + at);
                        }));
                    }));
                }
            }));
        });
    }

    private static void tensor(CodedOutputStream definition, int field, String name) throws IOException {
        definition.writeByteArray(field, Samples.proto(entry -> {
            entry.writeString(1, name);
            entry.writeByteArray(2, Samples.proto(info -> {
                info.writeInt32(2, 1);
                info.writeByteArray(3, new byte[0]);
            }));
        }));
    }

    /** Core ML's neural network of that many layers, with notes and features. */
    static Path coreml(Path file, int layers, Random random) throws IOException {
        int[] kinds = {130, 140, 160, 175, 220, 230, 250};
        return write(file, model -> {
            model.writeInt32(1, 4);
            model.writeByteArray(2, Samples.proto(description -> {
                for (int i = 0; i < layers / 4; i++) {
                    int at = i;
                    description.writeByteArray(i % 2 == 0 ? 1 : 10, Samples.proto(feature -> {
                        feature.writeString(1, "feature" + at);
                        feature.writeByteArray(3, nested(5, Samples.proto(array -> array.writeInt64(1, 3))));
                    }));
                    description.writeByteArray(100, nested(100, Samples.proto(note -> {
                        note.writeString(1, "key" + at);
                        note.writeString(2, "value" + at);
                    })));
                }
            }));
            model.writeByteArray(500, Samples.proto(network -> {
                for (int i = 0; i < layers; i++) {
                    int at = i;
                    int kind = kinds[random.nextInt(kinds.length)];
                    network.writeByteArray(1, Samples.proto(layer -> {
                        layer.writeString(1, "layer" + at);
                        layer.writeString(2, "v" + at);
                        layer.writeString(3, "v" + (at + 1));
                        layer.writeByteArray(kind, new byte[0]);
                    }));
                }
            }));
        });
    }

    /** Core ML's ML program: constants in as many places of as many files. */
    static Path coremlProgram(Path file, int constants) throws IOException {
        byte[] block = Samples.proto(out -> {
            for (int i = 0; i < constants; i++) {
                int at = i;
                out.writeByteArray(3, Samples.proto(operation -> {
                    operation.writeString(1, "const");
                    operation.writeByteArray(3, nested(2, nested(1, Samples.proto(type -> type.writeInt32(1, 11)))));
                    operation.writeByteArray(5, Samples.proto(attribute -> {
                        attribute.writeString(1, "val");
                        attribute.writeByteArray(2, Samples.proto(value -> {
                            value.writeByteArray(2, nested(1, Samples.proto(type -> type.writeInt32(1, 11))));
                            value.writeByteArray(5, Samples.proto(blob -> {
                                blob.writeString(1, "@model_path/weights/" + at + ".bin");
                                blob.writeInt64(2, 64L * at);
                            }));
                        }));
                    }));
                }));
            }
        });
        byte[] specialization = Samples.proto(entry -> {
            entry.writeString(1, "CoreML7");
            entry.writeByteArray(2, block);
        });
        return write(file, model -> {
            model.writeInt32(1, 8);
            model.writeByteArray(2, new byte[0]);
            model.writeByteArray(502, nested(2, Samples.proto(entry -> {
                entry.writeString(1, "main");
                entry.writeByteArray(2, nested(3, specialization));
            })));
        });
    }
}
