package io.edgeai.federated.privacy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Records of 40 bytes, appended and synced one by one: kind, tree depth's steps, rate, noise, count, and a checksum chained
 * over all records before. The first holds the budget. A record cut short at the end was never acknowledged and is dropped;
 * anything else that does not fit is damage.
 */
final class LedgerFile implements AutoCloseable {
    private static final int RECORD = 40;
    private static final int BUDGET = 0x45504c31;
    private static final long MOST_BYTES = 1L << 30;

    private final Path path;
    private final FileChannel channel;
    private final List<Releases> entries = new ArrayList<>();
    private final CRC32C chain = new CRC32C();
    private boolean broken;

    private LedgerFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static LedgerFile open(Path path, PrivacyBudget budget) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock(channel, path);
            LedgerFile file = new LedgerFile(path, channel);
            file.load(budget);
            return file;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StorageException("Privacy ledger (" + path + ") cannot be opened: " + e + ".", e);
        } catch (RuntimeException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path path) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new LifecycleException("Privacy ledger (" + path
                    + ") is open elsewhere. Maybe another coordinator of this federation is running.");
        }
    }

    private void load(PrivacyBudget budget) throws IOException {
        if (channel.size() > MOST_BYTES) {
            throw damaged("has (" + channel.size() + ") bytes");
        }
        long whole = channel.size() / RECORD;
        channel.position(0);
        for (long i = 0; i < whole; i++) {
            ByteBuffer record = ByteBuffer.allocate(RECORD);
            int read = 0;
            while (record.hasRemaining() && read >= 0) {
                read = channel.read(record);
            }
            check(record, i);
            if (i == 0) {
                checkBudget(record, budget);
            } else {
                entries.add(release(record, i));
            }
        }
        if (whole == 0) {
            checkTornBudget();
        }
        channel.truncate(whole * RECORD);
        channel.position(whole * RECORD);
        if (whole == 0) {
            write(record(BUDGET, 0, budget.epsilon(), budget.delta(), 0));
            syncFolder();
        }
    }

    /** A short file may be a first record that was cut off, or something else that is not to be lost. */
    private void checkTornBudget() throws IOException {
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(Integer.BYTES, channel.size()));
        int read = 0;
        while (start.hasRemaining() && read >= 0) {
            read = channel.read(start);
        }
        byte[] expected = ByteBuffer.allocate(Integer.BYTES).putInt(BUDGET).array();
        if (!Arrays.equals(start.array(), Arrays.copyOf(expected, start.capacity()))) {
            throw damaged("does not begin with a budget");
        }
    }

    private void check(ByteBuffer record, long number) {
        chain.update(record.slice(0, RECORD - 8));
        if (record.getLong(RECORD - 8) != chain.getValue()) {
            throw damaged("has a record (" + number + ") whose checksum is wrong");
        }
        chain.update(record.slice(RECORD - 8, 8));
    }

    private void checkBudget(ByteBuffer record, PrivacyBudget budget) {
        if (record.getInt(0) != BUDGET) {
            throw damaged("does not begin with a budget");
        }
        if (record.getDouble(8) != budget.epsilon() || record.getDouble(16) != budget.delta()) {
            throw new StorageException("Privacy ledger (" + path + ") is of a budget of epsilon ("
                    + record.getDouble(8) + ") at delta (" + record.getDouble(16) + "), not of " + budget
                    + ". Maybe use that budget: what was spent cannot be undone by another.");
        }
    }

    private Releases release(ByteBuffer record, long number) {
        double rate = record.getDouble(8);
        double noise = record.getDouble(16);
        Mechanism mechanism =
                switch (record.getInt(0)) {
                    case 1 -> Mechanism.gaussian(noise);
                    case 2 -> Mechanism.poisson(rate, noise);
                    case 3 -> Mechanism.fixedSize(rate, noise);
                    case 4 -> Mechanism.tree(record.getInt(4), noise);
                    case 5 -> tree(record, noise, number);
                    default -> throw damaged("has a record (" + number + ") of an unknown kind");
                };
        return new Releases(mechanism, record.getInt(0) == 5 ? record.getInt(28) : record.getLong(24));
    }

    /** How often and how far apart one participant contributes is in the place of the rate, its run in that of a large count. */
    private Mechanism tree(ByteBuffer record, double noise, long number) {
        if (record.getInt(12) < 1 || record.getInt(8) < 1 || record.getInt(24) < 0) {
            throw damaged("has a record (" + number + ") of a tree without turns");
        }
        return new Mechanism.Tree(record.getInt(4), record.getInt(12), record.getInt(8), noise, record.getInt(24));
    }

    private StorageException damaged(String how) {
        return new StorageException(
                "Privacy ledger (" + path + ") " + how
                        + ". Maybe it was changed by hand; without it nobody knows what was spent, so nothing may be released.");
    }

    List<Releases> entries() {
        return List.copyOf(entries);
    }

    /** On the disk when this returns; after a failure nothing can be appended any more. */
    void append(Releases releases) {
        if (broken) {
            throw new StorageException(
                    "Privacy ledger (" + path + ") could not be written before. Maybe open it anew.");
        }
        Mechanism mechanism = releases.mechanism();
        long count = releases.count();
        try {
            if (mechanism instanceof Mechanism.Gaussian gaussian) {
                write(record(1, 0, 1, gaussian.noise(), count));
            } else if (mechanism instanceof Mechanism.Sampled sampled) {
                write(record(sampled.replacing() ? 3 : 2, 0, sampled.rate(), sampled.noise(), count));
            } else if (mechanism instanceof Mechanism.Tree tree) {
                boolean plain = tree.equals(Mechanism.tree(tree.steps(), tree.noise()));
                double turns = Double.longBitsToDouble((long) tree.separation() << Integer.SIZE | tree.times());
                long counted = (long) tree.run() << Integer.SIZE | count;
                write(record(plain ? 4 : 5, tree.steps(), plain ? 1 : turns, tree.noise(), counted));
            }
        } catch (IOException e) {
            broken = true;
            throw new StorageException("Privacy ledger (" + path + ") cannot be written: " + e + ".", e);
        }
    }

    private ByteBuffer record(int kind, int steps, double rate, double noise, long count) {
        ByteBuffer record = ByteBuffer.allocate(RECORD);
        record.putInt(kind).putInt(steps).putDouble(rate).putDouble(noise).putLong(count);
        chain.update(record.array(), 0, RECORD - 8);
        record.putLong(chain.getValue());
        chain.update(record.array(), RECORD - 8, 8);
        return record.flip();
    }

    private void write(ByteBuffer record) throws IOException {
        while (record.hasRemaining()) {
            channel.write(record);
        }
        channel.force(true);
    }

    /** So that the file itself survives a power failure; systems that cannot open folders do this themselves. */
    private void syncFolder() {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            return;
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new StorageException("A privacy ledger cannot be closed: " + e + ".", e);
        }
    }
}
