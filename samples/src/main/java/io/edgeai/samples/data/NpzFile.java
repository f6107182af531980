package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.format.ZipArchive;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's {@code .npz}: a ZIP of {@code .npy} arrays, stored or deflated. Written archives are deflated and equal byte
 * for byte for equal tensors. Stateless and thread-safe.
 */
public final class NpzFile {
    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private NpzFile() {}

    /**
     * All arrays by name, without {@code .npy}, in the archive's order.
     *
     * @throws InvalidInputException where the file is no such archive or is above the limits
     */
    public static Map<String, Tensor> read(Path file, DataLimits limits) {
        DataFiles.require(file);
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        try (ZipFile zip = ZipArchive.open(file)) {
            if (zip.size() > limits.maxEntries()) {
                throw new InvalidInputException("Archive (" + file + ") has (" + zip.size() + ") entries, more than "
                        + limits.maxEntries() + ". Maybe split it.");
            }
            long packed = file.toFile().length();
            long unpacked = 0;
            for (Iterator<? extends ZipEntry> entries = zip.entries().asIterator(); entries.hasNext(); ) {
                ZipEntry entry = entries.next();
                if (entry.isDirectory()) {
                    continue;
                }
                String what = file + "!" + entry.getName();
                if (!entry.getName().endsWith(".npy")) {
                    throw new InvalidInputException("Archive entry (" + what + ") is not an .npy array. Maybe the"
                            + " archive was not written by numpy.savez.");
                }
                unpacked += Math.max(entry.getSize(), 0);
                limits.checkExpansion(file.toString(), packed, unpacked);
                String name = entry.getName().substring(0, entry.getName().length() - 4);
                if (arrays.put(name, NpyFile.parse(ByteBuffer.wrap(bytes(zip, entry, what)), what, limits)) != null) {
                    throw new InvalidInputException("Archive (" + file + ") holds array (" + name
                            + ") twice. Maybe write it again with numpy.savez.");
                }
            }
        } catch (ZipException e) {
            throw new InvalidInputException(
                    "(" + file + ") is not a readable .npz archive: " + e.getMessage()
                            + ". Maybe write it again with numpy.savez.",
                    e);
        } catch (IOException e) {
            throw DataFiles.unreadable(file, e);
        }
        return Collections.unmodifiableMap(arrays);
    }

    private static byte[] bytes(ZipFile zip, ZipEntry entry, String what) throws IOException {
        if (entry.getSize() < 0 || entry.getSize() > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException(
                    "Archive entry (" + what + ") has size (" + entry.getSize() + "). Maybe split the array.");
        }
        int size = (int) entry.getSize();
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(size);
            if (bytes.length != size || in.read() >= 0) {
                throw new InvalidInputException("Archive entry (" + what + ") does not have its stated size of (" + size
                        + ") bytes. Maybe the file is damaged.");
            }
            CRC32 sum = new CRC32();
            sum.update(bytes);
            if (sum.getValue() != entry.getCrc()) {
                throw new InvalidInputException("Archive entry (" + what + ") has a wrong checksum ("
                        + Long.toHexString(sum.getValue()) + "). Maybe the file is damaged; copy it again.");
            }
            return bytes;
        }
    }

    /** Writes an archive; the file appears whole or not at all. */
    public static void write(Map<String, Tensor> arrays, Path file) {
        DataFiles.write(file, out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            zip.setLevel(Deflater.BEST_SPEED);
            for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
                ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
                entry.setTimeLocal(EPOCH);
                zip.putNextEntry(entry);
                NpyFile.write(array.getValue(), zip);
                zip.closeEntry();
            }
            zip.finish();
        });
    }
}
