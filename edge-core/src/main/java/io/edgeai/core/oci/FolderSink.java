package io.edgeai.core.oci;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A layout in a folder. Every file appears whole, the index last; what an interrupted writing left is used by the next one.
 */
final class FolderSink implements LayoutSink {
    private static final int CHUNK = 1 << 18;

    private final Path folder;

    /** @throws InvalidInputException where it is no layout's folder */
    FolderSink(Path folder) throws IOException {
        this.folder = folder;
        Path at = Files.createDirectories(folder);
        for (String part : LayoutFiles.BLOBS.split("/")) {
            at = at.resolve(part);
            if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                    throw new InvalidInputException(
                            "(" + at + ") is a link or file and no folder of blobs. Maybe export to another folder.");
                }
                Files.createDirectory(at);
            }
        }
    }

    @Override
    public byte[] index() throws IOException {
        Path index = folder.resolve(LayoutFiles.INDEX);
        if (!Files.isRegularFile(index, LinkOption.NOFOLLOW_LINKS)) {
            return new byte[0];
        }
        if (Files.size(index) > OciLayoutReader.MOST_DOCUMENT_BYTES) {
            throw new IOException("its index has (" + Files.size(index) + ") bytes");
        }
        return Files.readAllBytes(index);
    }

    @Override
    public boolean has(OciDescriptor blob) throws IOException {
        Path place = folder.resolve(blob.place());
        return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
                && Files.size(place) == blob.size()
                && Digest.of(place).equals(blob.digest());
    }

    @Override
    public void put(OciDescriptor blob, InputStream bytes) throws IOException {
        write(blob.place(), bytes);
    }

    private void write(String name, InputStream bytes) throws IOException {
        Path place = folder.resolve(name);
        Path part = place.resolveSibling(place.getFileName() + ".part");
        Files.deleteIfExists(part);
        try {
            try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                byte[] chunk = new byte[CHUNK];
                for (int n = bytes.read(chunk); n >= 0; n = bytes.read(chunk)) {
                    for (ByteBuffer rest = ByteBuffer.wrap(chunk, 0, n); rest.hasRemaining(); ) {
                        out.write(rest);
                    }
                }
                out.force(true);
            }
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    @Override
    public void finish(byte[] header, byte[] index) throws IOException {
        write(LayoutFiles.HEADER, new ByteArrayInputStream(header));
        write(LayoutFiles.INDEX, new ByteArrayInputStream(index));
    }

    @Override
    public void close() {}
}
