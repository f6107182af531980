package io.edgeai.formats.openvino.ir;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** The .bin file. What a constant names is read when it is asked for; constants that share bytes share them here. */
public final class IrWeights {
    private final Path file;
    private final Map<String, ByteBuffer> read = new HashMap<>();

    IrWeights(Path file) {
        this.file = file;
    }

    /** Whether the file is there. */
    public boolean present() {
        return Files.isRegularFile(file);
    }

    /** @throws ModelFormatException where the file is missing or ends before the constant does */
    public ByteBuffer bytes(long offset, long size, String constant) {
        return read.computeIfAbsent(offset + "+" + size, k -> load(offset, size, constant));
    }

    private ByteBuffer load(long offset, long size, String constant) {
        if (!present()) {
            throw new ModelFormatException("Weights (" + file + ") of the OpenVINO model are missing. Maybe copy the"
                    + " .bin file beside the .xml file, under the same name.");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (offset < 0 || size < 0 || size > Integer.MAX_VALUE - 8 || offset > channel.size() - size) {
                throw new ModelFormatException("Constant (" + constant + ") lies at " + offset + " with " + size
                        + " bytes in weights (" + file + ") of " + channel.size()
                        + " bytes. Maybe the two files are of different models.");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
                // goes on until the constant is whole
            }
            return bytes.flip();
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Weights (" + file + ") cannot be read: " + e + ". Maybe check their permissions.", e);
        }
    }
}
