package io.edgeai.core.oci;

import io.edgeai.core.model.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Set;

/** A layout in a tar, which takes the place of the file of its name once it is whole. */
final class TarSink implements LayoutSink {
    private final Path tar;
    private final Path part;
    private final OutputStream out;
    private final Set<Digest> written = new HashSet<>();

    TarSink(Path tar) throws IOException {
        this.tar = tar.toAbsolutePath();
        this.part = this.tar.resolveSibling(this.tar.getFileName() + ".part");
        Files.deleteIfExists(part);
        this.out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16);
        for (int slash = LayoutFiles.BLOBS.indexOf('/');
                slash >= 0;
                slash = LayoutFiles.BLOBS.indexOf('/', slash + 1)) {
            out.write(Tar.header(LayoutFiles.BLOBS.substring(0, slash + 1), Tar.FOLDER, 0));
        }
    }

    @Override
    public byte[] index() {
        return new byte[0];
    }

    @Override
    public boolean has(OciDescriptor blob) {
        return written.contains(blob.digest());
    }

    @Override
    public void put(OciDescriptor blob, InputStream bytes) throws IOException {
        out.write(Tar.header(blob.place(), Tar.FILE, blob.size()));
        fill(bytes.transferTo(out));
        written.add(blob.digest());
    }

    private void fill(long bytes) throws IOException {
        out.write(new byte[(int) Math.floorMod(-bytes, (long) Tar.BLOCK)]);
    }

    @Override
    public void finish(byte[] header, byte[] index) throws IOException {
        file(LayoutFiles.HEADER, header);
        file(LayoutFiles.INDEX, index);
        out.write(new byte[2 * Tar.BLOCK]);
        out.close();
        Files.move(part, tar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void file(String name, byte[] bytes) throws IOException {
        out.write(Tar.header(name, Tar.FILE, bytes.length));
        out.write(bytes);
        fill(bytes.length);
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
