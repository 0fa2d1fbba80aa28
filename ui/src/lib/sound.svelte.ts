/** The sound of the duty room, made here: no file is asked for. Browsers let a page sound only after a first touch. */
const KEPT = "seamline.sound";
const EVERY = 4_000;
const NOTES = [880, 660, 880];
const NOTE = 0.18;

class Sound {
  /** off: switched off by a person here; blocked: the browser waits for a first touch; on: it will be heard. */
  state = $state<"on" | "off" | "blocked">("blocked");
  private context: AudioContext | null = null;
  private ringing = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    if (localStorage.getItem(KEPT) === "off") this.state = "off";
    const touched = (): void => void this.unlock();
    addEventListener("pointerdown", touched);
    addEventListener("keydown", touched);
  }

  /** Sounds until it is told to stop. */
  ring(on: boolean): void {
    clearInterval(this.timer);
    this.ringing = on;
    if (!on) return void this.context?.suspend();
    void this.once();
    this.timer = setInterval(() => void this.once(), EVERY);
  }

  toggle(): void {
    localStorage.setItem(KEPT, this.state === "off" ? "on" : "off");
    this.state = this.state === "off" ? "blocked" : "off";
    if (this.state === "blocked") void this.unlock().then(() => this.sample());
  }

  private async unlock(): Promise<void> {
    if (this.state !== "blocked") return;
    try {
      this.context ??= new AudioContext();
      await this.context.resume();
      if (this.context.state === "running") this.state = "on";
      // One that runs and says nothing takes a twentieth of a core.
      if (!this.ringing) await this.context.suspend();
    } catch {
      // A machine without a loudspeaker: the banner says that nothing is heard.
    }
  }

  /** Once, so that one hears what is switched on. */
  private async sample(): Promise<void> {
    await this.once();
    if (!this.ringing) setTimeout(() => void (this.ringing || this.context?.suspend()), EVERY);
  }

  private async once(): Promise<void> {
    const context = this.context;
    if (this.state !== "on" || !context) return;
    await context.resume();
    NOTES.forEach((pitch, i) => {
      const start = context.currentTime + i * (NOTE + 0.06);
      const [tone, loud] = [context.createOscillator(), context.createGain()];
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.0001, start);
      loud.gain.exponentialRampToValueAtTime(0.4, start + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.0001, start + NOTE);
      tone.connect(loud).connect(context.destination);
      tone.start(start);
      tone.stop(start + NOTE);
    });
  }
}

export const sound = new Sound();
