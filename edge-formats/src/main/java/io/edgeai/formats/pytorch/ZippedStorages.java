package io.edgeai.formats.pytorch;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.format.ZipArchive;
import io.edgeai.formats.pickle.PickleLimits;
import io.edgeai.formats.pickle.PickleStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** The archive of PyTorch 1.6 and later: {@code NAME/data.pkl} and a file {@code NAME/data/KEY} for each storage. */
final class ZippedStorages implements TorchFile.Storages {
    private static final long MOST_PICKLE = 64L << 20;
    private static final PickleLimits LIMITS = new PickleLimits(MOST_PICKLE, 200, 20_000_000, 1000);

    private final Path path;
    private final String prefix;

    private ZippedStorages(Path path, String prefix) {
        this.path = path;
        this.prefix = prefix;
    }

    static TorchFile open(Path path) throws IOException {
        try (ZipFile zip = ZipArchive.open(path)) {
            List<? extends ZipEntry> pickles = zip.stream()
                    .filter(entry -> entry.getName().equals("data.pkl")
                            || (entry.getName().endsWith("/data.pkl")
                                    && entry.getName().indexOf('/')
                                            == entry.getName().lastIndexOf('/')))
                    .toList();
            if (pickles.size() != 1) {
                throw new ModelFormatException("Archive (" + path + ") holds " + pickles.size()
                        + " files data.pkl and not one. Maybe it is no state dict that torch.save wrote.");
            }
            String name = pickles.get(0).getName();
            String prefix = name.substring(0, name.length() - "data.pkl".length());
            refuseBigEndian(zip, prefix);
            byte[] pickle = bytes(zip, pickles.get(0), MOST_PICKLE);
            Object value = new PickleStream(pickle, LIMITS, StateDict::known).next();
            return TorchFile.of(path, value, new ZippedStorages(path, prefix));
        } catch (ZipException e) {
            throw new ModelFormatException(
                    "Archive (" + path + ") is damaged or cut off: " + e.getMessage() + ". Maybe fetch it again.", e);
        }
    }

    private static void refuseBigEndian(ZipFile zip, String prefix) throws IOException {
        ZipEntry order = zip.getEntry(prefix + "byteorder");
        if (order != null && new String(bytes(zip, order, 64), StandardCharsets.US_ASCII).startsWith("big")) {
            throw new ModelFormatException("Archive (" + zip.getName()
                    + ") was written on a big-endian machine. Maybe save it again as safetensors.");
        }
    }

    @Override
    public ByteBuffer bytes(String key, long count) throws IOException {
        try (ZipFile zip = ZipArchive.open(path)) {
            ZipEntry entry = zip.getEntry(prefix + "data/" + key);
            if (entry == null || entry.getSize() != count) {
                throw new ModelFormatException("Storage (" + key + ") of (" + path + ") has "
                        + (entry == null ? "no file" : entry.getSize() + " bytes") + " where " + count
                        + " are said to be. Maybe the file is cut off; fetch it again.");
            }
            return ByteBuffer.wrap(bytes(zip, entry, count)).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static byte[] bytes(ZipFile zip, ZipEntry entry, long most) throws IOException {
        long size = entry.getSize();
        boolean blown = entry.getMethod() == ZipEntry.DEFLATED
                && size > PickleLimits.DEFAULT.expansion() * Math.max(1, entry.getCompressedSize());
        if (size < 0 || size > most || blown) {
            throw new ModelFormatException("Entry (" + entry.getName() + ") of (" + zip.getName() + ") has " + size
                    + " bytes, of " + entry.getCompressedSize() + " packed: too many. Maybe the file is hostile.");
        }
        try (@Nullable InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in == null ? new byte[0] : in.readNBytes((int) size);
            if (bytes.length != size) {
                throw new ZipException(entry.getName() + " ends after " + bytes.length + " of " + size + " bytes");
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new ZipException(e.getMessage());
        }
    }
}
