package io.edgeai.formats.pytorch;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.formats.pickle.PickleLimits;
import io.edgeai.formats.pickle.PickleStream;
import io.edgeai.formats.pickle.PyDict;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The form before PyTorch 1.6: pickles of a magic number, a version, the machine's sizes, the weights and the keys of the
 * storages, then for each key its number of elements and their bytes. Held in memory as a whole, up to 1 GiB.
 */
final class LegacyStorages implements TorchFile.Storages {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;

    private final Path path;
    private final Map<String, ByteBuffer> storages = new HashMap<>();

    private LegacyStorages(Path path) {
        this.path = path;
    }

    static TorchFile open(Path path) throws IOException {
        long size = Files.size(path);
        if (size > PickleLimits.DEFAULT.bytes()) {
            throw new ModelFormatException(
                    "Weights (" + path + ") have " + size
                            + " bytes in the form before PyTorch 1.6, more than 1 GiB. Maybe save them again with a newer one.");
        }
        PickleStream in = new PickleStream(Files.readAllBytes(path), PickleLimits.DEFAULT, StateDict::known);
        if (!MAGIC.equals(in.next())) {
            throw new ModelFormatException(
                    "Weights (" + path + ") do not begin as torch.save writes. Maybe they are another tool's pickle.");
        }
        Object version = in.next();
        if (!Long.valueOf(VERSION).equals(version)) {
            throw new ModelFormatException("Weights (" + path + ") are of version (" + version + "), not " + VERSION
                    + ". Maybe save them again with a newer PyTorch.");
        }
        if (in.next() instanceof PyDict sizes && Boolean.FALSE.equals(sizes.get("little_endian"))) {
            throw new ModelFormatException("Weights (" + path
                    + ") were written on a big-endian machine. Maybe save them again as safetensors.");
        }
        LegacyStorages storages = new LegacyStorages(path);
        TorchFile file = TorchFile.of(path, in.next(), storages);
        storages.read(file, in);
        return file;
    }

    private void read(TorchFile file, PickleStream in) {
        Map<String, Long> widths = new HashMap<>();
        file.entries()
                .values()
                .forEach(tensor -> widths.put(tensor.storage(), tensor.type().bytes(1)));
        if (!(in.next() instanceof List<?> keys)) {
            throw new ModelFormatException(
                    "Weights (" + path + ") do not list their storages. Maybe the file is damaged; fetch it again.");
        }
        for (Object key : keys) {
            Long width = widths.get(String.valueOf(key));
            long count = in.number();
            if (width == null || count < 0 || count > Integer.MAX_VALUE) {
                throw new ModelFormatException("Storage (" + key + ") of (" + path + ") has (" + count
                        + ") elements, or no tensor lies in it. Maybe the file is damaged; fetch it again.");
            }
            storages.put(String.valueOf(key), in.bytes(count * width));
        }
    }

    @Override
    public ByteBuffer bytes(String key, long count) {
        ByteBuffer storage = storages.get(key);
        if (storage == null || storage.limit() != count) {
            throw new ModelFormatException("Storage (" + key + ") of (" + path + ") has "
                    + (storage == null ? "no bytes" : storage.limit() + " bytes") + " where " + count
                    + " are said to be. Maybe the file is damaged; fetch it again.");
        }
        return storage.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
