package io.edgeai.formats.pytorch;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;

/**
 * A state dict that {@code torch.save} wrote: a ZIP archive, or the older sequence of pickles. Immutable and thread-safe.
 */
public final class TorchFile {
    private final Path path;
    private final Map<String, TorchTensor> entries;
    private final Storages storages;

    private TorchFile(Path path, Map<String, TorchTensor> entries, Storages storages) {
        this.path = path;
        this.entries = Collections.unmodifiableMap(entries);
        this.storages = storages;
    }

    /** Where the bytes of storages are. */
    interface Storages {
        /** All bytes of one, in little-endian order; exactly so many, or a ModelFormatException. */
        ByteBuffer bytes(String key, long count) throws IOException;
    }

    /**
     * Reads what the file says of its tensors.
     *
     * @throws io.edgeai.core.error.UnsupportedOperatorException where the pickle names anything but tensors' parts, or
     *     holds something else
     * @throws ModelFormatException where it is damaged or too large
     * @throws StorageException where it cannot be read at all
     */
    public static TorchFile open(Path path) {
        try {
            return zipped(path) ? ZippedStorages.open(path) : LegacyStorages.open(path);
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + path + "). Maybe check its permissions.", e);
        } catch (UnsupportedOperatorException e) {
            throw new UnsupportedOperatorException("Weights (" + path + ") are refused: " + e.getMessage(), e);
        } catch (ModelFormatException e) {
            throw new ModelFormatException("Weights (" + path + ") cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean zipped(Path path) throws IOException {
        try (var in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(2);
            return head.length == 2 && head[0] == 'P' && head[1] == 'K';
        }
    }

    static TorchFile of(Path path, Object pickled, Storages storages) {
        return new TorchFile(path, StateDict.of(pickled), storages);
    }

    /** Tensors by name, in file order. */
    public Map<String, TorchTensor> entries() {
        return entries;
    }

    /**
     * A tensor's values, side by side.
     *
     * @throws InvalidInputException where there is none of that name
     * @throws ModelFormatException where its storage is missing or of another size
     */
    public OnnxTensor tensor(String name) {
        TorchTensor entry = entries.get(name);
        if (entry == null) {
            throw new InvalidInputException("Weights (" + path + ") hold no tensor (" + name + "). Maybe one of "
                    + entries.keySet().stream().limit(5).toList() + ".");
        }
        long[] dims = entry.dims().stream().mapToLong(Long::longValue).toArray();
        int width = (int) entry.type().bytes(1);
        if (entry.elements() == 0) {
            return OnnxTensor.ofRaw(entry.type(), ByteBuffer.allocate(0), dims);
        }
        if (entry.stored() > Integer.MAX_VALUE / width) {
            throw new ModelFormatException("Tensor (" + name + ") of (" + path + ") lies in a storage of "
                    + entry.stored() + " elements, more than 2 GB. Maybe save it in parts.");
        }
        try {
            ByteBuffer bytes = storages.bytes(entry.storage(), entry.stored() * width);
            return OnnxTensor.ofRaw(entry.type(), taken(entry, bytes, width), dims);
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Tensor (" + name + ") of (" + path + ") cannot be read: " + e.getMessage()
                            + ". Maybe the file is damaged; fetch it again.",
                    e);
        }
    }

    private static ByteBuffer taken(TorchTensor entry, ByteBuffer storage, int width) {
        int count = (int) entry.elements();
        if (entry.contiguous()) {
            return storage.slice((int) entry.offset() * width, count * width).order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteBuffer copy = ByteBuffer.allocate(count * width).order(ByteOrder.LITTLE_ENDIAN);
        int rank = entry.dims().size();
        long[] index = new long[rank];
        byte[] element = new byte[width];
        for (int i = 0; i < count; i++) {
            long place = entry.offset();
            for (int axis = 0; axis < rank; axis++) {
                place += index[axis] * entry.strides().get(axis);
            }
            storage.get((int) place * width, element);
            copy.put(element);
            for (int axis = rank - 1; axis >= 0 && ++index[axis] == entry.dims().get(axis); axis--) {
                index[axis] = 0;
            }
        }
        return copy.flip();
    }
}
