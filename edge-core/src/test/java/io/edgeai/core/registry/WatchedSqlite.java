package io.edgeai.core.registry;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;

/**
 * Lets what SQLite does to files of {@link FaultyDisk}s go through them. SQLite's default file system is a structure of
 * function pointers, which every connection begins with a pointer to (sqlite3_vfs, sqlite3_io_methods); here those that
 * change files are replaced, and all others stay as they are. Files elsewhere are left alone. Needs a 64-bit Unix.
 */
final class WatchedSqlite implements AutoCloseable {
    private static final int OPEN = 40;
    private static final int DELETE = 48;

    private static final int CLOSE = 8;
    private static final int WRITE = 24;
    private static final int TRUNCATE = 32;
    private static final int SYNC = 40;
    private static final int METHODS = 152;

    private static final int OK = 0;
    private static final int FULL = 13;
    private static final int CANNOT_OPEN = 14;
    private static final int IO_WRITE = 778;
    private static final int IO_SYNC = 1034;
    private static final int IO_TRUNCATE = 1546;
    private static final int IO_DELETE = 2570;

    /** SQLITE_OPEN_MAIN_JOURNAL, SUPER_JOURNAL and WAL: their folder is synced with them for the first time. */
    private static final int JOURNALS = 0x800 | 0x4000 | 0x80000;

    interface Opening extends Callback {
        int call(Pointer vfs, Pointer name, Pointer file, int flags, Pointer outFlags);
    }

    interface Deleting extends Callback {
        int call(Pointer vfs, Pointer name, int syncFolder);
    }

    interface Closing extends Callback {
        int call(Pointer file);
    }

    interface Writing extends Callback {
        int call(Pointer file, Pointer bytes, int length, long offset);
    }

    interface Truncating extends Callback {
        int call(Pointer file, long length);
    }

    interface Syncing extends Callback {
        int call(Pointer file, int flags);
    }

    private static final class Open {
        private final Path path;
        private final Pointer methods;
        private boolean syncsFolder;

        Open(Path path, Pointer methods, boolean syncsFolder) {
            this.path = path;
            this.methods = methods;
            this.syncsFolder = syncsFolder;
        }
    }

    private final FaultyDisk disk;
    private final Pointer vfs;
    private final Pointer open;
    private final Pointer delete;
    private final Map<Pointer, Open> files = new ConcurrentHashMap<>();
    private final Map<Pointer, Memory> replaced = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Opening opening = this::open;
    private final Deleting deleting = this::delete;
    private final Closing closing = this::close;
    private final Writing writing = this::write;
    private final Truncating truncating = this::truncate;
    private final Syncing syncing = this::sync;

    private WatchedSqlite(FaultyDisk disk, Pointer vfs) {
        this.disk = disk;
        this.vfs = vfs;
        this.open = vfs.getPointer(OPEN);
        this.delete = vfs.getPointer(DELETE);
        Native.setCallbackExceptionHandler((callback, failure) -> failures.add(failure));
        vfs.setPointer(OPEN, CallbackReference.getFunctionPointer(opening));
        vfs.setPointer(DELETE, CallbackReference.getFunctionPointer(deleting));
    }

    /** Begins with files that are opened from now on; one at a time in a process. */
    static WatchedSqlite on(FaultyDisk disk) throws SQLException {
        return new WatchedSqlite(disk, defaultFileSystem());
    }

    /** Whether SQLite can be watched here. */
    static boolean possible() throws SQLException {
        return Native.POINTER_SIZE == 8 && Pointer.nativeValue(defaultFileSystem()) != 0;
    }

    private static Pointer defaultFileSystem() throws SQLException {
        try (SQLiteConnection connection = (SQLiteConnection) DriverManager.getConnection("jdbc:sqlite::memory:")) {
            DB database = connection.getDatabase();
            Field handle = database.getClass().getDeclaredField("pointer");
            handle.setAccessible(true);
            Pointer first = new Pointer(handle.getLong(database)).getPointer(0);
            return "unix".equals(first.getPointer(24).getString(0)) ? first : Pointer.NULL;
        } catch (ReflectiveOperationException e) {
            return Pointer.NULL;
        }
    }

    /** @throws AssertionError where something here failed, of which SQLite was told nothing */
    @Override
    public void close() {
        vfs.setPointer(OPEN, open);
        vfs.setPointer(DELETE, delete);
        failures.forEach(failure -> {
            throw new AssertionError("while SQLite was watched", failure);
        });
        if (!files.isEmpty()) {
            throw new AssertionError(
                    "files that SQLite still has open: " + files.values().size());
        }
    }

    private static int call(Pointer function, Object... arguments) {
        return Function.getFunction(function).invokeInt(arguments);
    }

    private static Path folder(Path file) {
        return file.getParent() == null ? Path.of("") : file.getParent();
    }

    private Optional<Path> inside(Pointer name) {
        return disk.inside(Path.of(name.getString(0)));
    }

    private int open(Pointer self, Pointer name, Pointer file, int flags, Pointer outFlags) {
        Optional<Path> path = name == null ? Optional.empty() : inside(name);
        if (path.isEmpty()) {
            return call(open, self, name, file, flags, outFlags);
        }
        boolean creates = !Files.exists(Path.of(name.getString(0)));
        try {
            if (creates) {
                disk.change();
            }
        } catch (IOException e) {
            return CANNOT_OPEN;
        }
        int result = call(open, self, name, file, flags, outFlags);
        if (result == OK) {
            if (creates) {
                disk.did(to -> to.create(path.get(), false));
            }
            Pointer methods = file.getPointer(0);
            files.put(file, new Open(path.get(), methods, creates && (flags & JOURNALS) != 0));
            file.setPointer(0, replaced.computeIfAbsent(methods, this::replace));
        }
        return result;
    }

    private Memory replace(Pointer methods) {
        Memory copy = new Memory(METHODS);
        copy.write(0, methods.getByteArray(0, METHODS), 0, METHODS);
        copy.setPointer(CLOSE, CallbackReference.getFunctionPointer(closing));
        copy.setPointer(WRITE, CallbackReference.getFunctionPointer(writing));
        copy.setPointer(TRUNCATE, CallbackReference.getFunctionPointer(truncating));
        copy.setPointer(SYNC, CallbackReference.getFunctionPointer(syncing));
        return copy;
    }

    private int close(Pointer file) {
        Open opened = files.remove(file);
        return call(opened.methods.getPointer(CLOSE), file);
    }

    private int write(Pointer file, Pointer bytes, int length, long offset) {
        Open opened = files.get(file);
        int fits = disk.fits(length);
        boolean full = fits < length;
        try {
            disk.change();
        } catch (IOException e) {
            if (!e.getMessage().startsWith("No space")) {
                return IO_WRITE;
            }
            full = true;
            fits = length / 2;
        }
        byte[] written = bytes.getByteArray(0, fits);
        int result = call(opened.methods.getPointer(WRITE), file, bytes, fits, offset);
        if (result == OK) {
            disk.did(to -> to.write(opened.path, offset, written));
        }
        return full && result == OK ? FULL : result;
    }

    private int truncate(Pointer file, long length) {
        Open opened = files.get(file);
        try {
            disk.change();
        } catch (IOException e) {
            return IO_TRUNCATE;
        }
        int result = call(opened.methods.getPointer(TRUNCATE), file, length);
        if (result == OK) {
            disk.did(to -> to.truncate(opened.path, length));
        }
        return result;
    }

    private int sync(Pointer file, int flags) {
        Open opened = files.get(file);
        try {
            disk.change();
        } catch (IOException e) {
            return IO_SYNC;
        }
        int result = call(opened.methods.getPointer(SYNC), file, flags);
        if (result == OK) {
            disk.did(to -> to.sync(opened.path));
            if (opened.syncsFolder) {
                opened.syncsFolder = false;
                disk.did(to -> to.sync(folder(opened.path)));
            }
        }
        return result;
    }

    private int delete(Pointer self, Pointer name, int syncFolder) {
        Optional<Path> path = inside(name);
        if (path.isEmpty()) {
            return call(delete, self, name, syncFolder);
        }
        boolean exists = Files.exists(Path.of(name.getString(0)));
        try {
            if (exists) {
                disk.change();
            }
        } catch (IOException e) {
            return IO_DELETE;
        }
        int result = call(delete, self, name, syncFolder);
        if (result == OK && exists) {
            disk.did(to -> to.delete(path.get()));
            if ((syncFolder & 1) != 0) {
                disk.did(to -> to.sync(folder(path.get())));
            }
        }
        return result;
    }
}
