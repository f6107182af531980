package io.edgeai.core.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalLong;

/** A layout in a folder. Links are not followed below it, so none can show another folder's files. */
record FolderFiles(Path folder) implements LayoutFiles {
    @Override
    public OptionalLong size(String name) throws IOException {
        Path file = folder;
        for (Path part : Path.of(name)) {
            if (file != folder && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                return OptionalLong.empty();
            }
            file = file.resolve(part);
        }
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? OptionalLong.of(Files.size(file))
                : OptionalLong.empty();
    }

    @Override
    public InputStream open(String name) throws IOException {
        return Files.newInputStream(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() {}
}
