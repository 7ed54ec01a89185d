/** Everything that is on the screen. */
export function App() {
  return <main>Redoubt</main>;
}
