package io.edgeai.core.onnx;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** External data below one folder, mapped read-only; each file of up to 2 GiB is mapped once and sliced. */
final class FolderData implements ExternalData {
    private final Path folder;
    private final Map<Path, ByteBuffer> mapped = new HashMap<>();

    FolderData(Path folder) {
        this.folder = folder;
    }

    @Override
    public ByteBuffer bytes(String location, long offset, long length) {
        Path file = ExternalFile.require(folder, location, offset, length);
        try {
            long size = Files.size(file);
            if (size <= Integer.MAX_VALUE) {
                ByteBuffer whole = mapped.get(file);
                if (whole == null) {
                    whole = map(file, 0, size);
                    mapped.put(file, whole);
                }
                return whole.slice((int) offset, (int) length);
            }
            return map(file, offset, length);
        } catch (IOException e) {
            throw new ModelFormatException("External data (" + location + ") cannot be read: " + e + ".", e);
        }
    }

    private static ByteBuffer map(Path file, long offset, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
        }
    }
}
