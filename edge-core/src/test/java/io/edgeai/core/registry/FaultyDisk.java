package io.edgeai.core.registry;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A folder of the real file system whose changes can be counted, refused, bounded and interrupted. What is done to paths from
 * {@link #root} is done to the folder, except locks, which are not counted.
 */
final class FaultyDisk extends FileSystemProvider {
    /** Happens instead of a change. */
    @FunctionalInterface
    interface Fault {
        void happen() throws IOException;
    }

    private final Path folder;
    private final FaultyPaths paths;
    private final PowerCut durable;
    private final List<Consumer<PowerCut>> done = new ArrayList<>();
    private int changes;
    private int faultAt = Integer.MAX_VALUE;
    private boolean lasting;
    private Fault fault = () -> {};
    private long space = Long.MAX_VALUE;

    FaultyDisk(Path folder) throws IOException {
        this.folder = folder.toRealPath();
        this.paths = new FaultyPaths(this);
        this.durable = PowerCut.of(this.folder);
    }

    Path root() {
        return paths.wrap(folder);
    }

    /** What a power cut would leave now. */
    PowerCut durable() {
        return durable;
    }

    /** All changes that were done so far, in order, as what each does to a disk. */
    List<Consumer<PowerCut>> done() {
        return done;
    }

    /** Changes begun so far. */
    int changes() {
        return changes;
    }

    /**
     * Lets something happen instead of a change.
     *
     * @param after so many more changes that are well
     * @param forGood whether to every change from then on
     */
    void failAfter(int after, boolean forGood, Fault what) {
        faultAt = changes + after;
        lasting = forGood;
        fault = what;
    }

    /** Takes the space for bytes that are written, or for so many of them as it has. */
    int fits(int bytes) {
        int fits = (int) Math.min(space, bytes);
        space -= fits;
        return fits;
    }

    /** Bytes that can still be written; what does not fit is written as far as it does. */
    void space(long bytes) {
        space = bytes;
    }

    /** @throws IOException where the change is to fail */
    void change() throws IOException {
        int now = changes++;
        if (now == faultAt || (lasting && now > faultAt)) {
            fault.happen();
        }
    }

    /** Notes a change that was done. */
    void did(Consumer<PowerCut> change) {
        change.accept(durable);
        done.add(change);
    }

    /** A path below the root; empty for others. */
    Optional<Path> inside(Path real) {
        return real.startsWith(folder) ? Optional.of(folder.relativize(real)) : Optional.empty();
    }

    private Path relative(Path wrapped) {
        return folder.relativize(real(wrapped));
    }

    private static Path real(Path path) {
        return FaultyPaths.unwrap(path);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path file = real(path);
        String name = file.getFileName().toString();
        boolean lock = name.endsWith(".lock") || name.equals("guard");
        boolean creates = options.contains(StandardOpenOption.CREATE_NEW);
        if (lock || (!creates && !Files.isDirectory(file))) {
            return FileChannel.open(file, options, attributes);
        }
        if (creates) {
            change();
        }
        FileChannel channel = FileChannel.open(file, options, attributes);
        if (creates) {
            Path created = relative(path);
            did(to -> to.create(created, false));
        }
        return new Watched(channel, relative(path));
    }

    @Override
    public void createDirectory(Path dir, FileAttribute<?>... attributes) throws IOException {
        if (Files.isDirectory(real(dir))) {
            Files.createDirectory(real(dir), attributes); // says that it is there
        }
        change();
        Files.createDirectory(real(dir), attributes);
        Path created = relative(dir);
        did(to -> to.create(created, true));
    }

    @Override
    public void delete(Path path) throws IOException {
        change();
        Files.delete(real(path));
        Path deleted = relative(path);
        did(to -> to.delete(deleted));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        change();
        Files.move(real(source), real(target), options);
        Path from = relative(source);
        Path to = relative(target);
        did(cut -> cut.move(from, to));
    }

    /** A file being written, or a folder being synced. */
    private final class Watched extends DelegatingChannel {
        private final Path path;

        Watched(FileChannel channel, Path path) {
            super(channel);
            this.path = path;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            change();
            int fits = fits(source.remaining());
            if (fits == 0 && source.hasRemaining()) {
                throw new IOException("No space left on device");
            }
            byte[] bytes = new byte[fits];
            source.get(bytes);
            did(to -> to.append(path, bytes));
            return super.write(ByteBuffer.wrap(bytes));
        }

        @Override
        public void force(boolean metaData) throws IOException {
            change();
            super.force(metaData);
            did(to -> to.sync(path));
        }
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return Files.newByteChannel(real(path), options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path dir, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> inside = new ArrayList<>();
        try (DirectoryStream<Path> real = Files.newDirectoryStream(real(dir))) {
            for (Path each : real) {
                if (filter.accept(paths.wrap(each))) {
                    inside.add(paths.wrap(each));
                }
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return inside.iterator();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        return paths;
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return paths;
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException("no paths by URI");
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException("copying is not watched");
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return Files.isSameFile(real(path), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return Files.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return Files.getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real(path).getFileSystem().provider().checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return Files.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return Files.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return Files.readAttributes(real(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        Files.setAttribute(real(path), attribute, value, options);
    }
}
