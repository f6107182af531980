package io.edgeai.core.format;

import com.sun.management.ThreadMXBean;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * What looking into files holds of the heap, seen from outside: in a process of its own, whose every collection leaves
 * nothing dead behind, collections are forced while another thread looks into one file again and again.
 */
final class HeldHeap {
    private static final int LONGEST_PAUSE = 3_000_000;

    private HeldHeap() {}

    /** What one look costs. */
    record Cost(long held, long allocated, long cpuNanos) {}

    /** Detects and inspects, whatever comes of it. */
    static void look(Path model) {
        try {
            ModelFormatDetector.detect(model);
            ModelInspector.inspect(model);
        } catch (ModelFormatException damaged) {
            // as it should
        }
    }

    /** The cost of each file, held being the most that was alive over that many collections. */
    static List<Cost> of(List<Path> models, int collections) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:MarkSweepAlwaysCompactCount=1",
                "-XX:MarkSweepDeadRatio=0",
                "-cp",
                System.getProperty("java.class.path"),
                HeldHeap.class.getName(),
                Integer.toString(collections)));
        models.forEach(model -> command.add(model.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (java.io.InputStream in = process.getInputStream()) {
            String out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<Cost> costs = new ArrayList<>();
            for (String line : out.lines().toList()) {
                String[] numbers = line.split(" ");
                costs.add(new Cost(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2])));
            }
            return costs;
        } finally {
            process.destroy();
        }
    }

    /** Collections, then files; writes a line for each file. */
    public static void main(String[] arguments) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        for (int i = 1; i < arguments.length; i++) {
            Path model = Path.of(arguments[i]);
            look(model); // loads classes
            look(model);
            long allocated = threads.getThreadAllocatedBytes(id);
            long time = threads.getThreadCpuTime(id);
            look(model);
            time = threads.getThreadCpuTime(id) - time;
            allocated = threads.getThreadAllocatedBytes(id) - allocated;
            long held = most(model, Integer.parseInt(arguments[0]));
            System.out.println(held + " " + allocated + " " + time);
        }
    }

    private static long most(Path model, int collections) throws InterruptedException {
        alive();
        long before = alive();
        AtomicBoolean enough = new AtomicBoolean();
        Thread worker = new Thread(() -> {
            while (!enough.get()) {
                look(model);
            }
        });
        worker.start();
        Random random = new Random(collections);
        long most = 0;
        for (int i = 0; i < collections && worker.isAlive(); i++) {
            LockSupport.parkNanos(random.nextInt(LONGEST_PAUSE)); // so that every place of the work is met
            most = Math.max(most, alive() - before);
        }
        enough.set(true);
        worker.join();
        return most;
    }

    private static long alive() {
        System.gc();
        long sum = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null) {
                sum += pool.getCollectionUsage().getUsed();
            }
        }
        return sum;
    }
}
