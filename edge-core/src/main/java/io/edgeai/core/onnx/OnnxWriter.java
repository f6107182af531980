package io.edgeai.core.onnx;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.onnx.internal.wire.OnnxWire.ModelProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes graphs as ONNX files: constants as raw bytes, carried parts as they came. A file appears whole or not at all.
 * Stateless and thread-safe as long as nobody changes the graph meanwhile.
 */
public final class OnnxWriter {
    /** Above this sum of constants (1.9 GiB) a model gets a second file for them; protobuf ends at 2 GiB. */
    public static final long EXTERNAL_ABOVE_BYTES = 2_040_109_465L;

    private OnnxWriter() {}

    /** @throws InvalidInputException where constants sum to more than {@link #EXTERNAL_ABOVE_BYTES} */
    public static byte[] toBytes(OnnxGraph graph) {
        long bytes = constantBytes(graph);
        if (bytes > EXTERNAL_ABOVE_BYTES) {
            throw new InvalidInputException("Model (" + graph.name() + ") holds " + bytes
                    + " bytes of constants, too many for one array. Maybe write it to a file, which can use external"
                    + " data.");
        }
        return new ModelEncoder(TensorSink.INLINE).model(graph).toByteArray();
    }

    /** Writes to a file, with external data in {@code <name>.data} above {@link #EXTERNAL_ABOVE_BYTES}. */
    public static void write(OnnxGraph graph, Path file) {
        write(graph, file, EXTERNAL_ABOVE_BYTES);
    }

    /**
     * Writes to a file, replacing one that is there; folders on the way are made.
     *
     * @param externalAboveBytes constants lie in {@code <name>.data} beside the file where they sum to more than this
     * @throws StorageException where the folder cannot be written
     */
    public static void write(OnnxGraph graph, Path file, long externalAboveBytes) {
        Path target = file.toAbsolutePath();
        try {
            Path folder = target.getParent();
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            if (constantBytes(graph) > Math.min(externalAboveBytes, EXTERNAL_ABOVE_BYTES)) {
                writeExternal(graph, target);
            } else {
                save(new ModelEncoder(TensorSink.INLINE).model(graph), target);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new StorageException(
                    "Model file (" + file + ") cannot be written: " + e
                            + ". Maybe the disk is full, or a file is in the way.",
                    e);
        }
    }

    /** Bytes of all constants, nested graphs included. */
    private static long constantBytes(OnnxGraph graph) {
        long sum = 0;
        for (OnnxTensor tensor : graph.initializers().values()) {
            sum += tensor.sizeBytes();
        }
        for (OnnxNode node : graph.nodes()) {
            for (OnnxAttribute value : node.attributes().values()) {
                if (value instanceof OnnxAttribute.OfTensor one) {
                    sum += one.value().sizeBytes();
                } else if (value instanceof OnnxAttribute.OfTensors many) {
                    sum += many.values().stream()
                            .mapToLong(OnnxTensor::sizeBytes)
                            .sum();
                }
            }
            for (OnnxGraph nested : node.subgraphs()) {
                sum += constantBytes(nested);
            }
        }
        return sum;
    }

    private static void writeExternal(OnnxGraph graph, Path target) throws IOException {
        Path data = target.resolveSibling(target.getFileName() + ".data");
        Path temporary = temporary(data);
        ModelProto model;
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                model = new ModelEncoder(new ExternalSink(String.valueOf(data.getFileName()), channel)).model(graph);
                channel.force(true);
            }
            move(temporary, data);
        } finally {
            Files.deleteIfExists(temporary);
        }
        save(model, target);
    }

    private static void save(ModelProto model, Path target) throws IOException {
        Path temporary = temporary(target);
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                model.writeTo(out);
                out.flush();
                channel.force(true);
            }
            move(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static Path temporary(Path target) {
        return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
