package io.edgeai.core.runtime.onnxruntime;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the files that a model's tensors refer to, wherever a tensor may stand, without building the model. A model
 * opened from memory has no folder, and ONNX Runtime would resolve such names against the working directory; one
 * opened from a file may name only files in its own folder.
 */
final class ExternalData {
    private static final int DEEPEST = 200;
    private static final int EXTERNAL_DATA = 13;

    /** Message types of the ONNX schema on the way to a tensor. */
    private enum Message {
        MODEL,
        TRAINING,
        GRAPH,
        FUNCTION,
        NODE,
        ATTRIBUTE,
        SPARSE_TENSOR,
        TENSOR,
        OTHER;

        Message at(int field) {
            return switch (this) {
                case MODEL -> field == 7 ? GRAPH : field == 20 ? TRAINING : field == 25 ? FUNCTION : OTHER;
                case TRAINING -> field == 1 || field == 2 ? GRAPH : OTHER;
                case GRAPH -> field == 1 ? NODE : field == 5 ? TENSOR : field == 15 ? SPARSE_TENSOR : OTHER;
                case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : OTHER;
                case NODE -> field == 5 ? ATTRIBUTE : OTHER;
                case ATTRIBUTE ->
                    switch (field) {
                        case 5, 10 -> TENSOR;
                        case 6, 11 -> GRAPH;
                        case 22, 23 -> SPARSE_TENSOR;
                        default -> OTHER;
                    };
                case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : OTHER;
                case TENSOR, OTHER -> OTHER;
            };
        }
    }

    private final CodedInputStream in;
    private final Set<String> locations = new TreeSet<>();

    private ExternalData(ByteBuffer model) {
        this.in = CodedInputStream.newInstance(model);
    }

    /** @throws ModelFormatException where the model refers to any file */
    static void refuseAny(byte[] model) {
        Set<String> locations = locations("in memory", ByteBuffer.wrap(model));
        if (!locations.isEmpty()) {
            throw new ModelFormatException("Model in memory refers to external data " + locations
                    + ", which has no folder to be in. Maybe open it from its file instead.");
        }
    }

    /** Whether the model refers to any file. */
    static boolean any(Path model) {
        return !locations(model).isEmpty();
    }

    /** Bytes of the model and the files beside it that it refers to. */
    static long bytes(Path model) throws IOException {
        long sum = Files.size(model);
        for (String location : locations(model)) {
            if (beside(model.toAbsolutePath(), location)) {
                sum += Files.size(model.resolveSibling(location));
            }
        }
        return sum;
    }

    private static Set<String> locations(Path model) {
        try (FileChannel channel = FileChannel.open(model)) {
            long size = Math.min(channel.size(), Integer.MAX_VALUE);
            return locations("(" + model + ")", channel.map(FileChannel.MapMode.READ_ONLY, 0, size));
        } catch (IOException e) {
            throw new StorageException("Cannot read model (" + model + ").", e);
        }
    }

    /** @throws ModelFormatException where the model refers to a file that is not a plain file below its own folder */
    static void refuseOutside(Path model) {
        for (String location : locations(model)) {
            if (!beside(model.toAbsolutePath(), location)) {
                throw new ModelFormatException("Model (" + model + ") refers to external data (" + location
                        + "), which is not a file in the model's folder. Maybe put the data beside the model; links are"
                        + " not followed.");
            }
        }
    }

    private static boolean beside(Path model, String location) {
        try {
            Path relative = Path.of(location);
            if (location.isEmpty() || relative.isAbsolute()) {
                return false;
            }
            for (int parts = 1; parts <= relative.getNameCount(); parts++) {
                boolean up = relative.getName(parts - 1).toString().equals("..");
                if (up || Files.isSymbolicLink(model.resolveSibling(relative.subpath(0, parts)))) {
                    return false;
                }
            }
            return Files.isRegularFile(model.resolveSibling(relative), LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Set<String> locations(String what, ByteBuffer model) {
        if (isOrtFormat(model)) {
            return Set.of();
        }
        try {
            ExternalData scan = new ExternalData(model);
            scan.message(Message.MODEL, 0);
            return scan.locations;
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException(
                    "Model " + what + " is not an ONNX model: " + e.getMessage()
                            + " Maybe it is truncated or of another format.",
                    e);
        } catch (IOException e) {
            throw new StorageException("Cannot read model " + what + ".", e);
        }
    }

    /** ONNX Runtime's own format is a flatbuffer whose identifier stands at byte 4. */
    private static boolean isOrtFormat(ByteBuffer model) {
        return model.limit() >= 8
                && model.get(4) == 'O'
                && model.get(5) == 'R'
                && model.get(6) == 'T'
                && model.get(7) == 'M';
    }

    private void message(Message type, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new ModelFormatException(
                    "The model nests messages deeper than (" + DEEPEST + "). Maybe the file is damaged.");
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            boolean nested = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            boolean external = type == Message.TENSOR && field == EXTERNAL_DATA;
            if (nested && (external || type.at(field) != Message.OTHER)) {
                int outer = in.pushLimit(in.readRawVarint32());
                if (external) {
                    keyAndValue();
                } else {
                    message(type.at(field), depth + 1);
                }
                in.popLimit(outer);
            } else {
                skip(tag);
            }
        }
    }

    private void keyAndValue() throws IOException {
        String key = "";
        String value = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == (1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                key = in.readString();
            } else if (tag == (2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                value = in.readString();
            } else {
                skip(tag);
            }
        }
        if (key.equals("location")) {
            locations.add(value);
        }
    }

    private void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that never began.");
        }
    }
}
